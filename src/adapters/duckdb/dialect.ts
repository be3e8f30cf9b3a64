import type { Dialect, TranslatedSql } from '../../core/adapter.js';
import { errorDiagnostic } from '../../core/diagnostic.js';
import { renamePredicate, rowAliases } from '../../core/predicate-names.js';
import { failure, success, type Result } from '../../core/result.js';
import type { SqlToolkit } from '../../core/sql-toolkit.js';
import { checkExternalTable } from './external-table/check-external-table.js';
import { functionFamilies } from './functions/index.js';
import { createRegistry } from './functions/registry.js';
import { translateCondition } from './translate/translate-condition.js';
import { translateStatements } from './translate/translate-statements.js';
import { translateToDuckDb } from './translate/translate-query.js';
import { quoteRelation } from './quote.js';
import { tableColumnRules } from './table-column-rules.js';
import { catalogColumns, catalogTypes } from './table-columns.js';
import { duckDbWriters } from './writers.js';

/** The translation recurses as deep as the query is nested; where the stack ends, the query is refused. */
function translateNested<T>(path: string, translate: () => Result<T>): Result<T> {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = 'the query is nested too deeply';
    const hint = 'take parts of it out into CTEs or models of their own';
    return failure([errorDiagnostic('sql-unsupported', message, { location: { path }, hint })]);
  }
}

/**
 * Returns DuckDB's dialect: reads queries in Athena's SQL with the toolkit, and writes DuckDB's. Translated SQL calls
 * macros; the warehouse needs `installMacroStatements`. `warnsOfDifferences`: the project was written for DuckDB's own SQL,
 * so what would give another result there is a warning.
 */
export function createDuckDbDialect(
  toolkit: SqlToolkit,
  { warnsOfDifferences = false }: { readonly warnsOfDifferences?: boolean } = {},
): Dialect {
  const registry = createRegistry(functionFamilies);
  const dialect: Dialect = {
    name: 'duckdb',
    renderRelation: quoteRelation,
    translate(sql, options) {
      const query = toolkit.parseQuery(sql, { path: options.path });
      if (!query.ok) return query;
      const { tableColumns, storesResult } = options;
      const translated = translateNested(options.path, () =>
        translateToDuckDb(query.value, {
          sql,
          path: options.path,
          registry,
          warnsOfDifferences,
          ...(tableColumns && { tableColumns }),
          ...(storesResult !== undefined && { storesResult }),
        }),
      );
      if (!translated.ok) return translated;
      const { columns, ...text } = translated.value;
      const value: TranslatedSql = { ...text, ...(columns && { columns }) };
      return success(value, translated.diagnostics);
    },
    translateStatements: (sql, options) =>
      translateNested(options.path, () =>
        translateStatements(sql, options, {
          toolkit,
          registry,
          translate: (...query) => dialect.translate(...query),
        }),
      ),
    writers: duckDbWriters,
    catalogColumns,
    catalogTypes,
    isolation: () => 'transaction',
    tableColumnRules,
    checkModel: ({ model }) => checkExternalTable(model),
    translatePredicate(sql, { path, target, source }) {
      const renamed = renamePredicate(toolkit, sql, { path, hasSource: source !== null });
      if (!renamed.ok) return renamed;
      const condition = toolkit.parseExpression(renamed.value, { path });
      if (!condition.ok) return condition;
      const relations = [
        { name: rowAliases.target, columns: target },
        ...(source === null ? [] : [{ name: rowAliases.source, columns: source }]),
      ];
      return translateNested(path, () =>
        translateCondition(condition.value, relations, { sql: renamed.value, path, registry }),
      );
    },
  };
  return dialect;
}
