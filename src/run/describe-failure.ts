import type { EngineFailure } from '../core/adapter.js';
import type { PositionMap } from '../core/compiled-node.js';
import {
  errorDiagnostic,
  type Diagnostic,
  type RelatedLocation,
  type SourceLocation,
} from '../core/diagnostic.js';
import { hookTitle, type CompiledHook } from '../core/hook.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { SqlNode } from '../core/node.js';
import type { Step } from '../core/plan.js';
import { indexLines, type LineColumn } from '../core/text-position.js';

/** The query that failed, inside the statement that the engine ran. */
export interface FailedQuery {
  readonly node: SqlNode;
  readonly engineSql: string;
  readonly toSource: PositionMap;
  /** The batch that failed. */
  readonly batch?: string;
}

/**
 * Returns the engine's refusal as a diagnostic at the author's own line: the place in the statement is first taken back
 * to the node's query, around which the statement was built, and from there to the file.
 */
export function describeFailure(failure: EngineFailure, query: FailedQuery): Diagnostic {
  const { node, batch } = query;
  const { diagnostic, position, otherPositions = [] } = failure;
  const location = locateFailure(failure, position, query);
  const related = otherPositions
    .map((each) => locateFailure(failure, each, query))
    .filter((each) => each !== undefined)
    // What stands several times in the engine's SQL may be one place of the model's.
    .filter((each, index, all) => isFirstOfLine(each, [location, ...all.slice(0, index)]))
    .map((each): RelatedLocation => ({ message: 'or it failed here', location: each }));
  return {
    ...diagnostic,
    message: `${node.resourceType} '${node.name}' failed${batch === undefined ? '' : ` in the batch ${batch}`}: ${diagnostic.message}`,
    location: location ?? diagnostic.location ?? fallbackLocation(node),
    ...(related.length > 0 && { related }),
  };
}

function isFirstOfLine(
  place: SourceLocation,
  before: readonly (SourceLocation | undefined)[],
): boolean {
  return before.every((each) => each?.line !== place.line);
}

/**
 * Returns the engine's refusal of a hook as a diagnostic at the node's file. What was published before a post-hook stays
 * published: it passed its tests.
 */
export function describeHookFailure(
  { diagnostic }: EngineFailure,
  node: SqlNode,
  hook: CompiledHook,
): Diagnostic {
  const after =
    hook.time === 'post-hook'
      ? '; its rows are published'
      : '; what was published before stays in place';
  return {
    ...diagnostic,
    message: `${hookTitle(hook)} of ${node.resourceType} '${node.name}' failed: ${diagnostic.message}${after}`,
    location: locateConfigKey(node, hook.time.replaceAll('-', '_')),
  };
}

/** Returns what the engine has to say of a model that it built, as a diagnostic at the model's own file. */
export function describeWarning(warning: Diagnostic, node: SqlNode): Diagnostic {
  return {
    ...warning,
    message: `${node.resourceType} '${node.name}': ${warning.message}`,
    location: warning.location ?? fallbackLocation(node),
  };
}

/** Returns what a check found: rows of a problem, and where it shows. */
export function describeProblems(
  rows: readonly (readonly unknown[])[],
  { code, hint }: Extract<Step, { kind: 'check' }>,
  node: SqlNode,
): Diagnostic {
  const places = new Map<string, string[]>();
  for (const [problem, place] of rows) {
    const key = String(problem);
    places.set(key, [...(places.get(key) ?? []), String(place)]);
  }
  const found = [...places].map(([problem, where]) => `${problem}: ${where.join('; ')}`);
  const message = `${node.resourceType} '${node.name}' failed: ${found.join('; ')}`;
  return errorDiagnostic(code, message, { location: fallbackLocation(node), hint });
}

function fallbackLocation(node: SqlNode): SourceLocation {
  return node.resourceType === 'test' || node.resourceType === 'snapshot'
    ? node.location
    : { path: node.path };
}

function locateFailure(
  { statement }: EngineFailure,
  position: LineColumn | undefined,
  { node, engineSql, toSource }: FailedQuery,
): SourceLocation | undefined {
  // A generic test's SQL is written by us; its place is the YAML entry that asks for it.
  if (position === undefined || (node.resourceType === 'test' && node.generic !== null))
    return undefined;
  if (node.resourceType === 'snapshot' && node.isYaml) return undefined;
  const start = statement.indexOf(engineSql);
  if (engineSql === '' || start < 0) return undefined;
  const offset = indexLines(statement).offsetOf(position) - start;
  if (offset < 0 || offset > engineSql.length) return undefined;
  const place = indexLines(engineSql).locate(offset);
  const source = toSource(place.line, place.column);
  if (source === undefined) return undefined;
  return { path: node.path, ...source, sourceLine: indexLines(node.rawSql).lineText(source.line) };
}
