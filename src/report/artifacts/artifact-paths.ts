import { posix } from 'node:path';
import { ownPathOf } from '../../core/own-path.js';
import type { Project } from '../../core/project.js';
import type { SqlNode } from '../../core/node.js';

/** File systems take names of at most 255 bytes; the rest is room for the ending and the temporary name. */
const maxNameBytes = 200;

/**
 * Returns a node's name as a file name: test names come from YAML and may hold anything, so what could leave the folder
 * or upset a file system becomes `_`, and a name that is too long ends in the node's checksum.
 */
function toFileName(node: SqlNode): string {
  const safe = node.name.replaceAll(/[^\p{Letter}\p{Number}_.-]/gu, '_').replace(/^\.+/u, '_');
  if (Buffer.byteLength(safe) <= maxNameBytes) return `${safe}.sql`;
  const beginning = Buffer.from(safe)
    .subarray(0, maxNameBytes - 20)
    .toString();
  return `${beginning.replaceAll('\ufffd', '')}_${node.checksum.slice(0, 16)}.sql`;
}

/**
 * Returns where a node's SQL goes below `compiled/` and `run/`, relative to the target folder: the path of its file, and
 * for a node of a YAML file, such as a generic test, that path as a folder with the node's name in it, as dbt does.
 */
function sqlPath(node: SqlNode): string {
  const path = ownPathOf(node);
  const isOwnFile = /\.(?:sql|py)$/.test(path);
  if (node.resourceType === 'seed') return `${node.packageName}/${path}.sql`;
  if (isOwnFile) return `${node.packageName}/${path}`;
  const isUnitTest = node.resourceType === 'test' && node.unit !== undefined;
  // As in dbt, which puts the folders of a unit test's YAML file below that file, too.
  const folder = isUnitTest && path.includes('/') ? `${path}/${posix.dirname(path)}` : path;
  return `${node.packageName}/${folder}/${toFileName(node)}`;
}

/** Returns the path of a node's rendered SQL in the author's dialect, relative to the project folder. */
export function compiledPath(project: Pick<Project, 'targetPath'>, node: SqlNode): string {
  return `${project.targetPath}/compiled/${sqlPath(node)}`;
}

/** Returns the path of the statements that the engine ran for a node, relative to the project folder. */
export function runPath(project: Pick<Project, 'targetPath'>, node: SqlNode): string {
  return `${project.targetPath}/run/${sqlPath(node)}`;
}
