import type { Dialect, TranslatedSql } from '../../core/adapter.js';
import { success } from '../../core/result.js';
import type { SqlToolkit } from '../../core/sql-toolkit.js';
import { functionFamilies } from './functions/index.js';
import { createRegistry } from './functions/registry.js';
import { translateToDuckDb } from './translate/translate-query.js';
import { quoteRelation } from './quote.js';
import { duckDbWriters } from './writers.js';

/**
 * Returns DuckDB's dialect: reads queries in Athena's SQL with the toolkit, and writes DuckDB's. Translated SQL calls
 * macros; the warehouse needs `installMacroStatements`.
 */
export function createDuckDbDialect(toolkit: SqlToolkit): Dialect {
  const registry = createRegistry(functionFamilies);
  return {
    name: 'duckdb',
    renderRelation: quoteRelation,
    translate(sql, options) {
      const query = toolkit.parseQuery(sql, { path: options.path });
      if (!query.ok) return query;
      const { tableColumns } = options;
      const translated = translateToDuckDb(query.value, {
        sql,
        path: options.path,
        registry,
        ...(tableColumns && { tableColumns }),
      });
      if (!translated.ok) return translated;
      const { columns, ...text } = translated.value;
      const value: TranslatedSql = { ...text, ...(columns && { columns }) };
      return success(value, translated.diagnostics);
    },
    writers: duckDbWriters,
  };
}
