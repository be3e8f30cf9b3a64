import {
  EngineError,
  type Engine,
  type ResultColumn,
  type StatementKind,
  type StatementOutcome,
  type StatementRequest,
} from '../../core/engine.js';

/** An engine that reads no SQL beyond its first words and answers what a test says. */
export interface FakeEngine extends Engine {
  /** What was run, in order. */
  readonly requests: readonly StatementRequest[];
  /** Answers all further statements; a thrown error fails them. */
  answer(
    next: (
      request: StatementRequest,
    ) => Partial<StatementOutcome> | Promise<Partial<StatementOutcome>>,
  ): void;
}

const empty: StatementOutcome = {
  columns: [],
  rows: [],
  updateCount: null,
  scannedBytes: 0,
  writtenFiles: [],
};

export function createFakeEngine(): FakeEngine {
  const requests: StatementRequest[] = [];
  let answer: Parameters<FakeEngine['answer']>[0] = () => ({});
  return {
    requests,
    answer: (next) => {
      answer = next;
    },
    classify: kindOf,
    execute: async (request) => {
      requests.push(request);
      return { ...empty, ...(await answer(request)) };
    },
    close: () => Promise.resolve(),
  };
}

/** Returns a column of a result. */
export function column(name: string, type = 'varchar', precision = 2_147_483_647): ResultColumn {
  return { name, type, precision, scale: 0, nullable: 'UNKNOWN' };
}

const kinds: readonly (readonly [RegExp, StatementKind['statementType'], string])[] = [
  [/^create table .* as /is, 'DML', 'CREATE_TABLE_AS_SELECT'],
  [/^(select|with)\b/i, 'DML', 'SELECT'],
  [/^insert\b/i, 'DML', 'INSERT'],
  [/^unload\b/i, 'DML', 'UNLOAD'],
  [/^update\b/i, 'DML', 'UPDATE'],
  [/^merge\b/i, 'DML', 'MERGE'],
  [/^explain\b/i, 'DML', 'EXPLAIN'],
  [/^show tables\b/i, 'UTILITY', 'SHOW_TABLES'],
  [/^show functions\b/i, 'UTILITY', 'SHOW_FUNCTIONS'],
  [/^describe\b/i, 'UTILITY', 'DESCRIBE_TABLE'],
  [/^drop table\b/i, 'DDL', 'DROP_TABLE'],
  [/^create (external )?table\b/i, 'DDL', 'CREATE_TABLE'],
];

function kindOf(sql: string): StatementKind {
  const found = kinds.find(([pattern]) => pattern.test(sql.trim()));
  if (found === undefined) {
    throw new EngineError(2, 1006, `SYNTAX_ERROR: line 1:1: mismatched input '${sql.slice(0, 8)}'`);
  }
  return { statementType: found[1], substatementType: found[2] };
}
