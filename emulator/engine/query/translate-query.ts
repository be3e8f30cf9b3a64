import { quoteName } from '../../../src/adapters/duckdb/quote.js';
import type { TypedColumn } from '../../../src/core/adapter.js';
import type { Query } from '../../../src/core/sql-syntax.js';
import { ParseFailure } from '../../../src/sql/parse-failure.js';
import { qualifyMacros } from '../duck/duck-instance.js';
import { composeText, editText, type Edit, type MappedText } from '../sql/mapped-text.js';
import { toSyntaxError } from '../sql/parse-statement.js';
import type { StatementContext } from '../statement-context.js';
import { requireLimits } from './query-limits.js';
import { resolveTable, type RelationTarget } from './resolve-table.js';
import {
  findConstrainedColumns,
  findTableReferences,
  type TableReference,
} from './table-references.js';
import { findTimeTravel, type TimeTravel } from '../sql/time-travel.js';
import { translationError } from './translation-error.js';

/** A query for DuckDB. */
export interface TranslatedQuery {
  readonly sql: string;
  /** With Athena's types; `undefined` if they are not known, which a resolved query never is. */
  readonly columns: readonly TypedColumn[];
}

/** Relations that are there for one statement only (the target of an UPDATE, …), by their names in lower case. */
export type LocalRelations = ReadonlyMap<string, readonly TypedColumn[]>;

export interface TranslateOptions {
  /** The statement, for places in messages. */
  readonly original: string;
  /** The database and catalog of names without one: those of the statement, or of a view. */
  readonly database: string;
  readonly storesResult?: boolean;
  readonly local?: LocalRelations;
  /** The views that are being expanded, for recursion. */
  readonly views?: readonly string[];
}

function parseTimeTravel(text: MappedText, original: string): readonly TimeTravel[] {
  try {
    return findTimeTravel(text.text);
  } catch (error) {
    throw error instanceof ParseFailure ? toSyntaxError(error, original) : error;
  }
}

function blank(text: string): string {
  return text.replace(/\S/g, ' ');
}

function parse(context: StatementContext, text: MappedText, { original }: TranslateOptions): Query {
  const parsed = context.toolkit.parseQuery(text.text, { path: 'statement.sql' });
  if (parsed.ok) return parsed.value;
  throw translationError(parsed.diagnostics, text, original);
}

/** Returns the text in which a table's name is the one that DuckDB knows it by. */
function nameEdit({ name, aliased }: TableReference, target: RelationTarget): Edit {
  const written = name.parts.at(-1)?.value ?? '';
  const relation = `${quoteName(target.schema)}.${quoteName(target.relation)}`;
  const needsAlias = !aliased && target.relation !== written.toLowerCase();
  return {
    start: name.start,
    end: name.end,
    text: needsAlias ? `${relation} AS ${quoteName(written)}` : relation,
  };
}

/**
 * Translates a query of Trino's dialect: every table it names becomes a view in the statement's own catalog of DuckDB.
 * Throws `EngineError`.
 */
export async function translateQuery(
  context: StatementContext,
  source: MappedText,
  options: TranslateOptions,
): Promise<TranslatedQuery> {
  const travels = parseTimeTravel(source, options.original);
  // The parser of queries does not know the clauses; blanks in their place keep all offsets.
  const text = editText(
    source,
    travels.map(({ start, end }) => ({ start, end, text: blank(source.text.slice(start, end)) })),
  );
  const query = parse(context, text, options);
  requireLimits(query);
  const constrained = findConstrainedColumns(query);
  const showsPath = /"\$path"/i.test(text.text);
  const known = new Map<string, readonly TypedColumn[]>();
  const edits: Edit[] = [];
  for (const reference of findTableReferences(query)) {
    const travel = travels.find(({ nameEnd }) => nameEnd === reference.name.end);
    const target = await resolveTable(context, reference.name, {
      ...options,
      text,
      constrained,
      showsPath,
      ...(travel && { travel }),
    });
    known.set(`${target.schema}.${target.relation}`, target.columns);
    edits.push(nameEdit(reference, target));
  }
  const edited = editText(text, edits);
  const translated = context.dialect.translate(edited.text, {
    path: 'statement.sql',
    tableColumns: (parts) => known.get(parts.join('.').toLowerCase()),
    ...(options.storesResult !== undefined && { storesResult: options.storesResult }),
  });
  if (!translated.ok) throw translationError(translated.diagnostics, edited, options.original);
  return {
    sql: qualifyMacros(translated.value.sql),
    columns: translated.value.columns ?? [],
  };
}

/** Returns a part of the statement as a text of its own, its lines and columns as in the statement. */
export function embeddedText(
  statement: MappedText,
  span: { readonly start: number; readonly end: number },
): MappedText {
  return composeText(statement, [span]);
}
