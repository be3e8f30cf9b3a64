import type { StatementOutcome } from '../core/engine.js';
import { resultColumn, stringColumn } from './query-result.js';

type Outcome = Omit<StatementOutcome, 'scannedBytes'>;

/** What a statement without result gives. */
export const nothing: Outcome = { columns: [], rows: [], updateCount: null, writtenFiles: [] };

/** What a statement that wrote rows gives: their number, also as its one row. */
export function writtenRows(count: number, writtenFiles: readonly string[] = []): Outcome {
  return {
    columns: [resultColumn('rows', { kind: 'bigint' })],
    rows: [[String(count)]],
    updateCount: count,
    writtenFiles,
  };
}

/** What SHOW and DESCRIBE give: texts, one a row. */
export function textRows(columns: readonly string[], rows: readonly string[]): Outcome {
  return {
    columns: columns.map(stringColumn),
    rows: rows.map((row) => [row]),
    updateCount: null,
    writtenFiles: [],
  };
}

export type { Outcome };
