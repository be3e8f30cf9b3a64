import type { Dialect, TableColumns, TranslatedSql, TypedColumn } from '../../core/adapter.js';
import { indexCatalogColumns } from '../../core/catalog-columns.js';
import { splitWritten } from '../../core/classify-statement.js';
import { errorDiagnostic, hasErrors, type Diagnostic } from '../../core/diagnostic.js';
import { renamePredicate } from '../../core/predicate-names.js';
import { failure, success } from '../../core/result.js';
import type { SqlToolkit } from '../../core/sql-toolkit.js';
import { checkCatalogs } from './check-catalogs.js';
import { checkLocation } from './check-location.js';
import { checkModel } from './check-model.js';
import { respellTableName } from './ddl-names.js';
import { governanceNotes } from './lakeformation/governance-notes.js';
import { readAhead } from './read-ahead.js';
import { rowGuard } from './lakeformation/row-guard.js';
import { readModelConfig } from './model-config.js';
import { publishNotes } from './publish-notes.js';
import { quoteRelation } from './quote.js';
import { readHiveType } from './storage/hive-type.js';
import { tableColumnRules } from './table-column-rules.js';
import { longestStatementBytes } from './statement-limit.js';
import { athenaWriters } from './writers.js';

/** What can be known of a query without running it. */
export interface QueryAnalysis {
  /** The columns of the result with Athena's types, as far as they can be found out. */
  readonly columns?: readonly TypedColumn[];
  /** What Athena would refuse, with places in the query's text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks at a query without running it. `tableColumns` tells the columns of tables. */
export type AnalyseQuery = (
  sql: string,
  options: { readonly path: string; readonly tableColumns?: TableColumns },
) => QueryAnalysis;

/** What the dialect is made with. */
export interface AthenaDialectOptions {
  /** Finds out types and mistakes; without it, the engine is left to refuse what it cannot run or store. */
  readonly analyse?: AnalyseQuery;
  /** The target's data catalog; without it, it is not looked at which catalog models lie in. */
  readonly catalog?: string;
  /** The target's `s3_data_dir`; without it, it is not looked at where models lie. */
  readonly dataDir?: string;
  /** The target's `stage_ahead`; it needs `catalog`. */
  readonly stageAhead?: boolean;
}

/** A table or view needs names for its columns, each its own. */
function checkColumnNames(
  columns: readonly { readonly name?: string }[],
  path: string,
): readonly Diagnostic[] {
  const seen = new Set<string>();
  return columns.flatMap(({ name }, index) => {
    const problem = (message: string, hint: string): readonly Diagnostic[] => [
      errorDiagnostic('column-name-invalid', message, { location: { path }, hint }),
    ];
    if (name === undefined) return problem(`column ${index + 1} has no name`, 'add one: … AS name');
    const lowered = name.toLowerCase();
    if (seen.has(lowered)) {
      const hint = 'give one of them another name: … AS name';
      return problem(`two columns have the name '${name}'`, hint);
    }
    seen.add(lowered);
    return [];
  });
}

/**
 * Returns Athena's dialect. Models are written in it, so their queries stay as they are: they are checked, and the semicolon
 * at their end is taken away, because they become parts of other statements.
 */
export function createAthenaDialect(
  toolkit: SqlToolkit,
  { analyse, catalog, dataDir, stageAhead = false }: AthenaDialectOptions = {},
): Dialect {
  /** Up to the semicolon that ends the query; a comment after it goes too. */
  function withoutSemicolon(sql: string, path: string): string {
    const tokens = toolkit.tokenize(sql, { path });
    const last = tokens.ok ? tokens.value.at(-1) : undefined;
    return last?.kind === 'symbol' && last.text === ';'
      ? withoutSemicolon(sql.slice(0, last.start), path)
      : sql;
  }

  return {
    name: 'athena',
    renderRelation: quoteRelation,
    translate(sql, { path, tableColumns, storesResult = false }) {
      const query = toolkit.parseQuery(sql, { path });
      if (!query.ok) return query;
      const analysis = analyse?.(sql, { path, ...(tableColumns && { tableColumns }) });
      const found = [...query.diagnostics, ...(analysis?.diagnostics ?? [])];
      if (hasErrors(found)) return failure(found);
      const inferred = analysis?.columns;
      const outputs = toolkit.outputColumns(query.value);
      const hasStar = outputs.some(({ kind }) => kind === 'star');
      const written = outputs.map((column) =>
        column.kind === 'named' ? { name: column.name } : {},
      );
      const named = inferred ?? (hasStar ? undefined : written);
      const problems = storesResult && named !== undefined ? checkColumnNames(named, path) : [];
      if (problems.length > 0) return failure(problems);

      const columns =
        inferred ?? named?.map((column): TypedColumn => ({ ...column, type: { kind: 'any' } }));
      const value: TranslatedSql = {
        sql: withoutSemicolon(sql, path),
        toOriginal: (line, column) => ({ line, column }),
        ...(columns && { columns }),
      };
      return success(value, found);
    },
    translateStatements(sql, { path }) {
      const tokens = toolkit.tokenize(sql, { path });
      if (!tokens.ok) return tokens;
      const tokenize = (text: string) => {
        const own = toolkit.tokenize(text, { path });
        return own.ok ? own.value : [];
      };
      const written = splitWritten(sql, tokens.value, tokenize);
      const problems = written.flatMap(({ shape }) =>
        shape.kind === 'refused'
          ? [
              errorDiagnostic('sql-unsupported', `${shape.word} is not run: ${shape.reason}`, {
                location: { path },
                hint: 'remove it',
              }),
            ]
          : [],
      );
      return problems.length > 0
        ? failure(problems)
        : success(written.map(({ sql: text }) => respellTableName(text, tokenize(text))));
    },
    maxStatementBytes: longestStatementBytes,
    writers: athenaWriters,
    catalogColumns: (catalog) =>
      indexCatalogColumns(catalog, ({ type }, { attributes }) =>
        readHiveType(type, attributes?.table_type === 'hive' ? 3 : 6),
      ),
    // Rows of Iceberg tables change on a clone that nobody reads; those of Hive tables cannot change at all.
    isolation: (model) =>
      readModelConfig(model).storage.tableType === 'iceberg' ? 'clone' : 'none',
    tableColumnRules,
    translatePredicate: (sql, { path, source }) =>
      renamePredicate(toolkit, sql, { path, hasSource: source !== null }),
    publishNotes: (publishing) => [
      ...publishNotes(publishing),
      ...governanceNotes(publishing.model),
    ],
    checkModel: (check) => [
      ...(catalog === undefined ? [] : checkCatalogs(check, { catalog, toolkit })),
      ...(dataDir === undefined ? [] : checkLocation(check, dataDir)),
      ...checkModel(check),
    ],
    rowGuard,
    ...(stageAhead && catalog !== undefined && { ahead: readAhead(toolkit, catalog) }),
  };
}
