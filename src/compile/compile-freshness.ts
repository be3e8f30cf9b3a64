import type { NativeSql } from '../core/adapter.js';
import { errorDiagnostic } from '../core/diagnostic.js';
import type { SourceNode } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import type { Compiler } from './create-compiler.js';

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The template of the query that tells when a source was loaded, in the author's dialect; `null` if nothing tells it. */
function loadedQuery({ sourceName, name, details }: SourceNode): string | null {
  const call = `source(${quote(sourceName)}, ${quote(name)})`;
  const { loadedAtField: field, loadedAtQuery: query, freshness } = details ?? {};
  if (query != null) return `{%- set this = ${call} -%}\n${query}`;
  if (field == null) return null;
  const filter = freshness?.filter ?? null;
  return [
    `select max(${field}\n) as max_loaded_at`,
    `from {{ ${call} }}`,
    ...(filter === null ? [] : [`where (${filter}\n)`]),
  ].join('\n');
}

/**
 * Returns the query that a check of a source's age runs, in the engine's dialect: one row with the time of the newest row
 * and the engine's clock, both in seconds since 1970 UTC. A time without a zone is UTC. Diagnostics, at the source's
 * freshness: `freshness-unknown`, and those of `compileInline`. `native`: the authors' SQL, where it is not Athena's.
 */
export function compileFreshness(
  source: SourceNode,
  compiler: Pick<Compiler, 'compileInline'>,
  native?: NativeSql,
): Result<string> {
  const name = `${source.sourceName}.${source.name}`;
  const location = source.details?.location ?? { path: source.path };
  const query = loadedQuery(source);
  if (query === null) {
    const message = `source '${name}' has a freshness, and nothing tells when it was loaded`;
    const hint =
      'add `loaded_at_field` or `loaded_at_query`; the time at which a table was last written is not taken for it, because compaction and deletes write, too';
    return failure([errorDiagnostic('freshness-unknown', message, { location, hint })]);
  }
  const isQuery = source.details?.loadedAtQuery != null;
  const sql = isQuery ? query.trim().replace(/;$/, '') : query;
  const compiled = compiler.compileInline({ sql: wrap(sql, native), path: source.path });
  const diagnostics = compiled.diagnostics.map((each) => ({
    ...each,
    message: `freshness of source '${name}': ${each.message}`,
    location,
  }));
  return compiled.ok ? success(compiled.value.engineSql, diagnostics) : failure(diagnostics);
}

function wrap(query: string, native: NativeSql | undefined): string {
  const seconds = native?.secondsSince1970 ?? ((time: string) => `to_unixtime(${time})`);
  return [
    `select ${seconds('loaded.max_loaded_at')} as max_loaded_at, ${seconds('current_timestamp')} as snapshotted_at`,
    `from (\n${query}\n) as loaded (max_loaded_at)`,
  ].join('\n');
}
