import type { StatementKind } from '../core/engine.js';

/** What happens to a statement besides running it: how it is shown, counted and where its result lies. */
export interface StatementTraits {
  /** `StatementType` of GetQueryExecution. */
  readonly shownType: StatementKind['statementType'];
  /** The quota of active queries that it counts against. */
  readonly quota: 'dml' | 'ddl';
  /** The result file below the output location. */
  readonly resultFile: string;
  /** Whether the rows lie in the result file: otherwise it is only a name, and the statement wrote other files. */
  readonly writesResultFile: boolean;
  /** The manifest of written files below the output location, for statements that have one. */
  readonly manifestFile: string | undefined;
  /** The first row holds the names of columns. */
  readonly hasHeader: boolean;
  /** `?` may stand in it. */
  readonly takesParameters: boolean;
}

/**
 * Returns the traits of a statement. Names of files, header rows and types are measured. A CTAS is shown as DDL although
 * the service model's text says DML, but counts as DML (User Guide, service limits). EXPLAIN has a header row.
 * UTILITY statements count as DDL; that is not sourced.
 */
export function traitsOf(kind: StatementKind, id: string): StatementTraits {
  const { statementType: type, substatementType: substatement } = kind;
  const isCtas = substatement === 'CREATE_TABLE_AS_SELECT';
  const writesFiles = isCtas || substatement === 'INSERT' || substatement === 'UNLOAD';
  const changesRows = ['UPDATE', 'DELETE', 'MERGE'].includes(substatement);
  const isQuery = type === 'DML' && !writesFiles && !changesRows;
  const isCsv = (isQuery && !asText.includes(substatement)) || substatement === 'SHOW_FUNCTIONS';
  const stem = isCtas ? `tables/${id}` : id;
  return {
    shownType: isCtas ? 'DDL' : type,
    quota: isCtas || type === 'DML' ? 'dml' : 'ddl',
    resultFile: writesFiles ? stem : `${id}.${isCsv || changesRows ? 'csv' : 'txt'}`,
    writesResultFile: !writesFiles && !changesRows,
    manifestFile: writesFiles ? `${stem}-manifest.csv` : undefined,
    hasHeader: isCsv || substatement === 'EXPLAIN',
    takesParameters: writesFiles || (isQuery && !asText.includes(substatement)),
  };
}

/** DML whose result is a text: measured for EXPLAIN, assumed for the other. */
const asText = ['EXPLAIN', 'VACUUM'];
