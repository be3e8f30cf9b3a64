import type { TableColumns, TypedColumn } from '../core/adapter.js';
import type { PositionMap } from '../core/compiled-node.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { failure, success, type Result } from '../core/result.js';
import type { NamedQuery } from '../core/sql-toolkit.js';
import { composeMaps, isElsewhere, mapIntoFile, relocate, type AuthorFile } from './author-file.js';
import type { CompileOptions } from './compile-options.js';

/** Rendered SQL on its way to the engine. */
export interface RenderedSql {
  readonly sql: string;
  readonly toSource: PositionMap;
  readonly file: AuthorFile;
  /** Ephemeral parents, each behind those that it reads itself. */
  readonly ctes: readonly NamedQuery[];
  readonly tableColumns: TableColumns;
  /** What the ephemeral parents' own files were told; it is not said again for what reads them. */
  readonly known: readonly Diagnostic[];
  /** The result becomes a table or view. */
  readonly storesResult: boolean;
}

/** SQL that is ready for the engine. */
export interface CompiledSql {
  readonly compiledSql: string;
  readonly engineSql: string;
  readonly toSource: PositionMap;
  readonly columns?: readonly TypedColumn[];
}

function isKnown(diagnostic: Diagnostic, known: readonly Diagnostic[]): boolean {
  return known.some(
    ({ code, message }) => code === diagnostic.code && message === diagnostic.message,
  );
}

/** Two places of compiled SQL may be one in the author's file: all of a generic test's are. */
function withoutRepetitions(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}

/**
 * Puts CTEs before rendered SQL and translates it. Diagnostics, in the author's file: those of the dialect's
 * `translate` and of the toolkit's `addCtes`.
 */
export function compileSql(
  rendered: RenderedSql,
  { dialect, addCtes }: Pick<CompileOptions, 'dialect' | 'addCtes'>,
): Result<CompiledSql> {
  const { file, ctes, known, tableColumns, storesResult } = rendered;
  const { path } = file;
  const withCtes =
    ctes.length === 0
      ? success({ sql: rendered.sql, toOriginal: samePlace })
      : (dialect.native?.addCtes ?? addCtes)(rendered.sql, ctes, { path });
  const relocateAll = (diagnostics: readonly Diagnostic[], toSource: PositionMap): Diagnostic[] =>
    withoutRepetitions(
      diagnostics
        .filter((each) => !isElsewhere(each, toSource) || !isKnown(each, known))
        .map((each) => relocate(each, toSource, file)),
    );

  if (!withCtes.ok) return failure(relocateAll(withCtes.diagnostics, rendered.toSource));
  const compiledToSource = composeMaps(withCtes.value.toOriginal, rendered.toSource);
  const translated = dialect.translate(withCtes.value.sql, { path, tableColumns, storesResult });
  const diagnostics = relocateAll(translated.diagnostics, compiledToSource);
  if (!translated.ok) return failure(diagnostics);
  const { sql, toOriginal, columns } = translated.value;
  return success(
    {
      compiledSql: withCtes.value.sql,
      engineSql: sql,
      toSource: mapIntoFile(file, composeMaps(toOriginal, compiledToSource)),
      ...(columns && { columns }),
    },
    diagnostics,
  );
}

function samePlace(line: number, column: number): { line: number; column: number } {
  return { line, column };
}
