import { join, resolve } from 'node:path';
import { isMapping } from '../core/is-mapping.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import { isSecretName } from '../core/secrets.js';
import { findProjectDir, projectFileIn } from '../project/find-project-dir.js';
import { hashTexts } from '../project/hash-text.js';
import { openParseCache, type ParseCache } from '../project/parse-cache.js';
import { maximumFileBytes, readTextFile } from '../project/read-text-file.js';
import { findChangedSights, type FileSight } from '../project/watch-files.js';
import type { WrittenManifest } from '../report/artifacts/manifest-file.js';
import type { ProjectRequest } from './load-project-graph.js';
import { haveSameValues, type ReadVariables } from './watch-environment.js';

/** All that a project was parsed from. Whoever finds it unchanged would parse the same again. */
export interface ProjectInputs {
  /** Everything that was looked at on the disk. */
  readonly sights: readonly FileSight[];
  readonly env: ReadVariables;
}

/**
 * What `parse` found and wrote, and what it found it in. As long as that is unchanged, there is nothing to parse: the
 * manifest is what another `parse` would write.
 */
export interface ProjectReceipt extends ProjectInputs {
  readonly root: string;
  /** Relative to `root`. */
  readonly targetPath: string;
  readonly nodeCount: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly manifest: Pick<WrittenManifest, 'hash' | 'metadataBytes'>;
  /** Where the entries of nodes stand in the manifest, in order. */
  readonly entries: readonly EntryPlace[];
  /** The models that have a file, in the order of their entries. */
  readonly models: readonly FiledModel[];
  /** Which listing belongs to it. */
  readonly listing: string;
}

/** Where an entry stands in the manifest, in bytes. */
export type EntryPlace = readonly [start: number, length: number];

/** A model's file, relative to the project folder, and which of the entries is the model's. */
export type FiledModel = readonly [path: string, entry: number];

/** A receipt that still holds, but for the files that were edited since. */
export interface FoundReceipt {
  readonly receipt: ProjectReceipt;
  /** Files of models with another text, relative to the project folder. */
  readonly edited: readonly string[];
}

/** More edits than this are read as fast the usual way. */
const mostEdits = 50;

/** Where the environment holds secrets, nothing is kept: hashes of them must not lie on a disk. */
function holdsSecrets(env: ProjectRequest['env']): boolean {
  return Object.keys(env).some(isSecretName);
}

/** Returns the target folder of the project file's text; a wrong guess finds no receipt, and does no harm. */
function guessTargetPath(text: string): string {
  const [, written] = /^target-path:[ \t]*["']?([^"'#\s]+)["']?[ \t]*(?:#.*)?$/mu.exec(text) ?? [];
  return written ?? 'target';
}

/** Returns what stands for a build of the tool and everything of a request but the environment and the run. */
function identify(identity: string, request: ProjectRequest): string {
  const { cwd, projectDir, profilesDir, profileName, targetName, targetFolder, varsText } = request;
  const parts = [cwd, projectDir, profilesDir, profileName, targetName, targetFolder, varsText];
  return hashTexts([identity, JSON.stringify(parts.map((part) => part ?? null))]);
}

const key = 'receipt';

function open(request: ProjectRequest, targetFolder: string): ParseCache | undefined {
  const { cacheIdentity, env } = request;
  if (cacheIdentity === undefined || holdsSecrets(env)) return undefined;
  return openParseCache({
    targetFolder,
    name: 'project',
    identity: identify(cacheIdentity, request),
    showsSecret: () => false,
  });
}

/** Opens what is kept beside a receipt: it counts only with that receipt, and only while that holds. */
function openListing({ root, targetPath, listing }: ProjectReceipt): ParseCache {
  return openParseCache({
    targetFolder: join(root, targetPath),
    name: 'listing',
    identity: listing,
    showsSecret: () => false,
  });
}

function isReceipt(value: unknown): value is ProjectReceipt {
  return isMapping(value) && 'sights' in value && 'manifest' in value && 'listing' in value;
}

/** Returns the edited files if all that changed is the text of models; `undefined` otherwise. */
function findEdited({ root, sights, models }: ProjectReceipt): readonly string[] | undefined {
  const changed = findChangedSights(sights, { mostBytes: maximumFileBytes, most: mostEdits });
  if (changed === undefined || changed.length === 0) return changed && [];
  const pathOf = new Map(models.map(([path]) => [join(root, path), path]));
  const edited = changed.flatMap(([look, path]) =>
    look === 'content' ? (pathOf.get(path) ?? []) : [],
  );
  return edited.length === changed.length ? edited : undefined;
}

/**
 * Returns what the last `parse` kept of the project, if it still holds: the same build of the tool and the same request,
 * every file and folder that was looked at is as it was, and every environment variable that was read has its value. Of
 * files, only the text of models may be another. Touches nothing, and never fails.
 */
export function findReceipt(request: ProjectRequest): FoundReceipt | undefined {
  if (request.cacheIdentity === undefined) return undefined;
  const root = findProjectDir(request);
  const fileName = root.ok ? projectFileIn(root.value) : undefined;
  if (!root.ok || fileName === undefined) return undefined;
  const text = readTextFile(join(root.value, fileName), fileName);
  if (!text.ok) return undefined;
  const targetFolder = resolve(root.value, request.targetFolder ?? guessTargetPath(text.value));
  const receipt = open(request, targetFolder)?.find(key);
  if (!isReceipt(receipt) || receipt.root !== root.value) return undefined;
  if (!haveSameValues(request.env, receipt.env)) return undefined;
  const edited = findEdited(receipt);
  return edited && { receipt, edited };
}

/** Keeps a receipt for the next invocation; where that is not possible, nothing happens. */
export function keepReceipt(request: ProjectRequest, receipt: ProjectReceipt): void {
  const cache = open(request, join(receipt.root, receipt.targetPath));
  cache?.keep(key, receipt);
  cache?.save();
}

/** Returns the listing that was kept with a receipt that holds. */
export function findListing(receipt: ProjectReceipt): JsonValue | undefined {
  return openListing(receipt).find(key);
}

/** Keeps a listing with a receipt, before the receipt itself. */
export function keepListing(
  request: ProjectRequest,
  receipt: ProjectReceipt,
  listing: unknown,
): void {
  if (request.cacheIdentity === undefined || holdsSecrets(request.env)) return;
  const cache = openListing(receipt);
  cache.keep(key, listing);
  cache.save();
}
