import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { exposureText, type Exposure } from '../../core/governance.js';
import type { JsonValue, UniqueId } from '../../core/node.js';
import type { PreviousNode, PreviousState } from '../../core/previous-state.js';
import { failure, success, type Result } from '../../core/result.js';
import { varsKey } from './to-manifest.js';

/** A JSON object whose content is not known yet. */
type Json = Readonly<Record<string, JsonValue>>;

function isObject(value: JsonValue | undefined): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toObject(value: JsonValue | undefined): Json {
  return isObject(value) ? value : {};
}

function toText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function toTexts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value)
    ? value.filter((each): each is string => typeof each === 'string')
    : [];
}

/** A JSON file of an artifact's folder. */
interface ArtifactFile {
  readonly path: string;
  readonly value: Json;
}

/**
 * Returns a JSON artifact; `null` if the file is not there. `folder` is as the command line names it. Codes:
 * `state-unreadable`.
 */
export function readArtifact(
  { cwd, folder }: { readonly cwd: string; readonly folder: string },
  name: string,
): Result<ArtifactFile | null> {
  const path = `${folder.replace(/\/+$/u, '')}/${name}`;
  const refuse = (reason: string): Result<never> =>
    failure([
      errorDiagnostic('state-unreadable', `${path} cannot be read: ${reason}`, {
        location: { path },
        hint: 'name a folder that a run left its artifacts in, whole',
      }),
    ]);
  let text: string;
  try {
    text = readFileSync(join(resolve(cwd, folder), name), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? success(null)
      : refuse(`the system says ${code}`);
  }
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? success({ path, value }) : refuse('it is no JSON object');
  } catch {
    return refuse('it is no JSON');
  }
}

/**
 * Returns what an earlier invocation left in a folder: its manifest, of this tool or of dbt 1.8 and later, and its run
 * results, if there are any. Codes: `state-unreadable`.
 */
export function readPreviousState(place: {
  readonly cwd: string;
  readonly folder: string;
}): Result<PreviousState> {
  const { folder } = place;
  const manifest = readArtifact(place, 'manifest.json');
  if (!manifest.ok) return manifest;
  if (manifest.value === null) {
    return failure([
      errorDiagnostic('state-unreadable', `'${folder}' holds no manifest.json`, {
        hint: 'name a folder with the artifacts of an earlier run, such as a copy of target/',
      }),
    ]);
  }
  const { path, value } = manifest.value;
  const version = /manifest\/v(\d+)/u.exec(
    toText(toObject(value['metadata'])['dbt_schema_version']),
  );
  if (version?.[1] !== '12') {
    const found = version === null ? 'none' : `version ${version[1]}`;
    return failure([foreignVersion(path, found)]);
  }
  const results = readArtifact(place, 'run_results.json');
  if (!results.ok) return results;
  const loadedAt = readLoadTimes(place);
  if (!loadedAt.ok) return loadedAt;
  return success({
    folder,
    nodes: readNodes(value),
    macros: new Map(
      Object.entries(toObject(value['macros'])).map(([id, macro]) => [
        id,
        toText(toObject(macro)['macro_sql']),
      ]),
    ),
    vars: readVars(value),
    loadedAt: loadedAt.value,
    results: results.value === null ? null : readStatuses(results.value.value),
    ...(results.value !== null && { executionMs: readExecutionMs(results.value.value) }),
  });
}

/**
 * Returns when each source was loaded, by the `sources.json` of a folder; `null` if there is none. Those that could not be
 * asked are left out. Codes: `state-unreadable`.
 */
export function readLoadTimes(place: {
  readonly cwd: string;
  readonly folder: string;
}): Result<ReadonlyMap<UniqueId, string> | null> {
  const file = readArtifact(place, 'sources.json');
  if (!file.ok) return file;
  if (file.value === null) return success(null);
  const results = file.value.value['results'];
  const list = Array.isArray(results) ? (results as readonly JsonValue[]).filter(isObject) : [];
  return success(
    new Map(
      list.flatMap(({ unique_id: id, max_loaded_at: loadedAt }) => {
        const moment = new Date(toText(loadedAt));
        return Number.isNaN(moment.getTime()) ? [] : [[toText(id), moment.toISOString()] as const];
      }),
    ),
  );
}

function foreignVersion(path: string, found: string): Diagnostic {
  return errorDiagnostic(
    'state-unreadable',
    `${path} must be a manifest of version 12, found ${found}`,
    { location: { path }, hint: 'write it anew with this tool or with dbt 1.8 or later' },
  );
}

function resultsOf(runResults: Json): readonly Json[] {
  const results = runResults['results'];
  return Array.isArray(results) ? (results as readonly JsonValue[]).filter(isObject) : [];
}

/** Returns dbt's statuses by node. */
export function readStatuses(runResults: Json): ReadonlyMap<UniqueId, string> {
  return new Map(
    resultsOf(runResults).map((each) => [toText(each['unique_id']), toText(each['status'])]),
  );
}

/** Returns what the nodes took that succeeded, in milliseconds. */
function readExecutionMs(runResults: Json): ReadonlyMap<UniqueId, number> {
  return new Map(
    resultsOf(runResults).flatMap(({ unique_id: id, status, execution_time: seconds }) =>
      status === 'success' && typeof seconds === 'number'
        ? [[toText(id), seconds * 1000] as const]
        : [],
    ),
  );
}

/** The variables that the manifest was made with; dbt does not write them. */
function readVars(manifest: Json): PreviousState['vars'] {
  const text = toObject(toObject(manifest['metadata'])['env'])[varsKey];
  if (typeof text !== 'string') return null;
  try {
    const vars = JSON.parse(text) as JsonValue;
    return isObject(vars) ? vars : null;
  } catch {
    return null;
  }
}

function readNodes(manifest: Json): ReadonlyMap<UniqueId, PreviousNode> {
  const entries = [
    ...Object.entries(toObject(manifest['nodes'])),
    ...Object.entries(toObject(manifest['sources'])),
    ...Object.entries(toObject(manifest['exposures'])),
    ...Object.entries(toObject(manifest['unit_tests'])),
  ];
  return new Map(
    entries.flatMap(([id, node]) => (isObject(node) ? [[id, toPreviousNode(node)] as const] : [])),
  );
}

function toPreviousNode(node: Json): PreviousNode {
  const resourceType = toText(node['resource_type']);
  const isSource = resourceType === 'source';
  const identifier = toText(node[isSource ? 'identifier' : 'alias']);
  return {
    resourceType,
    fqn: toTexts(node['fqn']),
    rawSql: resourceType === 'exposure' ? previousExposure(node) : toText(node['raw_code']),
    ...toChecksum(node['checksum']),
    unrenderedConfig: isSource ? sourceConfig(node) : toObject(node['unrendered_config']),
    relation:
      node['relation_name'] == null
        ? null
        : { database: toText(node['database']), schema: toText(node['schema']), identifier },
    description: toText(node['description']),
    columns: Object.fromEntries(
      Object.entries(toObject(node['columns'])).map(([name, column]) => {
        const { description, data_type: dataType, constraints } = toObject(column);
        return [
          name,
          {
            description: toText(description),
            dataType: typeof dataType === 'string' ? dataType : null,
            ...(Array.isArray(constraints) && constraints.length > 0 && { constraints }),
          },
        ];
      }),
    ),
    macros: toTexts(toObject(node['depends_on'])['macros']),
    ...(Array.isArray(node['constraints']) &&
      node['constraints'].length > 0 && { constraints: node['constraints'] }),
  };
}

/** Returns an exposure's text from its entry in a manifest, of this tool or of dbt. */
function previousExposure(node: Json): string {
  const list = (key: string): readonly JsonValue[] =>
    Array.isArray(node[key]) ? (node[key] as readonly JsonValue[]) : [];
  const orNull = (key: string): string | null => (typeof node[key] === 'string' ? node[key] : null);
  return exposureText({
    exposure: {
      type: toText(node['type']) as Exposure['type'],
      label: orNull('label'),
      maturity: orNull('maturity') as Exposure['maturity'],
      url: orNull('url'),
      owner: toObject(node['owner']),
    },
    refs: list('refs')
      .map(toObject)
      .map(({ name, package: from, version }) => ({
        name: toText(name),
        ...(typeof from === 'string' && { package: from }),
        ...((typeof version === 'string' || typeof version === 'number') && { version }),
      })),
    sources: list('sources')
      .map(toTexts)
      .map(([source = '', table = '']) => ({ source, table })),
  });
}

function toChecksum(value: JsonValue | undefined): Pick<PreviousNode, 'checksum'> {
  // Of a unit test it is a text.
  if (typeof value === 'string') return { checksum: value };
  const { name, checksum } = toObject(value);
  return name === 'sha256' && typeof checksum === 'string' ? { checksum } : {};
}

/** What is written of a source's relation; a database or schema that is not written is the default. */
function sourceConfig(node: Json): Json {
  const written = {
    schema: node['unrendered_schema'] ?? node['schema'],
    database: node['unrendered_database'],
    identifier: node['identifier'],
  };
  return {
    ...toObject(node['unrendered_config']),
    ...Object.fromEntries(
      Object.entries(written).filter((entry): entry is [string, JsonValue] => entry[1] != null),
    ),
  };
}
