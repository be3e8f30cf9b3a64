import type { Dialect, TableColumns } from '../../../core/adapter.js';
import { splitWritten, type WrittenStatement } from '../../../core/classify-statement.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import { failure, success, type Result } from '../../../core/result.js';
import type { SqlToolkit } from '../../../core/sql-toolkit.js';
import { duckDbType } from '../types/duckdb-type.js';
import { readTypeSyntax } from '../types/type-syntax.js';
import { translateCondition } from './translate-condition.js';
import type { createRegistry } from '../functions/registry.js';

interface StatementOptions {
  readonly path: string;
  readonly tableColumns?: TableColumns;
}

/** What translating statements needs of the dialect. */
export interface StatementTools {
  readonly toolkit: SqlToolkit;
  readonly registry: ReturnType<typeof createRegistry>;
  readonly translate: Dialect['translate'];
}

function unsupported(message: string, path: string, hint: string): Result<never> {
  return failure([errorDiagnostic('sql-unsupported', message, { location: { path }, hint })]);
}

function translateColumns(
  { sql, shape }: WrittenStatement,
  { path }: StatementOptions,
  { toolkit }: StatementTools,
): Result<string> {
  if (shape.kind !== 'create-table') return success(sql);
  let text = sql;
  for (const { name, typeStart, typeEnd } of shape.columns.toReversed()) {
    const written = sql.slice(typeStart, typeEnd);
    const parsed = toolkit.parseType(written, { path });
    if (!parsed.ok) return parsed;
    const read = readTypeSyntax(parsed.value);
    const type = 'type' in read ? duckDbType(read.type) : undefined;
    if (type === undefined) {
      const message = `the column ${name.text} has the type ${written}, which is not known`;
      return unsupported(message, path, 'use a type of Athena');
    }
    text = text.slice(0, typeStart) + type + text.slice(typeEnd);
  }
  return success(text);
}

function translateOne(
  statement: WrittenStatement,
  options: StatementOptions,
  tools: StatementTools,
): Result<string> {
  const { sql, shape } = statement;
  const { path, tableColumns } = options;
  switch (shape.kind) {
    case 'query': {
      const translated = tools.translate(sql, options);
      return translated.ok ? success(translated.value.sql, translated.diagnostics) : translated;
    }
    case 'head-and-query': {
      const translated = tools.translate(sql.slice(shape.queryStart), options);
      if (!translated.ok) return translated;
      const text = `${sql.slice(0, shape.queryStart)}${translated.value.sql}`;
      return success(text, translated.diagnostics);
    }
    case 'delete': {
      if (shape.conditionStart === null) return success(sql);
      const written = sql.slice(shape.conditionStart);
      const condition = tools.toolkit.parseExpression(written, { path });
      if (!condition.ok) return condition;
      const columns = tableColumns?.(shape.table);
      const relations = [{ name: shape.table.at(-1) ?? '', columns }];
      const { registry } = tools;
      const translated = translateCondition(condition.value, relations, {
        sql: written,
        path,
        registry,
        ...(tableColumns && { tableColumns }),
      });
      if (!translated.ok) return translated;
      return success(`${sql.slice(0, shape.conditionStart)}${translated.value}`);
    }
    case 'create-schema':
      return success(sql.replace(/^create\s+database/iu, 'create schema'));
    case 'create-table':
      return translateColumns(statement, options, tools);
    case 'other':
      return unsupported(
        `${shape.word} cannot be run on this target`,
        path,
        "write it for one engine only: {% if target.type == '…' %}",
      );
    case 'refused':
      return unsupported(`${shape.word} is not run: ${shape.reason}`, path, 'remove it');
  }
}

/**
 * Returns the statements of a hook or an operation in the engine's dialect. Diagnostics: `sql-syntax`,
 * `sql-unsupported` for what is refused or only Athena knows, and those of `translate`.
 */
export function translateStatements(
  sql: string,
  options: StatementOptions,
  tools: StatementTools,
): Result<readonly string[]> {
  const { toolkit } = tools;
  const tokens = toolkit.tokenize(sql, options);
  if (!tokens.ok) return tokens;
  const tokenize = (text: string) => {
    const own = toolkit.tokenize(text, options);
    return own.ok ? own.value : [];
  };
  const translated = splitWritten(sql, tokens.value, tokenize).map((each) =>
    translateOne(each, options, tools),
  );
  const diagnostics = translated.flatMap((each) => each.diagnostics);
  const statements = translated.flatMap((each) => (each.ok ? [each.value] : []));
  return statements.length === translated.length
    ? success(statements, diagnostics)
    : failure(diagnostics);
}
