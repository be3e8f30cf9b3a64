import { describe, expect, it } from 'vitest';
import { installMacroStatements } from './macros.js';
import { findRaisedPlaces } from './raised-places.js';

const find = (statement: string, raised: string): readonly unknown[] =>
  findRaisedPlaces(statement, raised, installMacroStatements);

describe('findRaisedPlaces', () => {
  it('finds the call of a macro that says so, through others that it calls', () => {
    const statement =
      'select upper(x),\n  stedi_trino."json_read"(stedi_trino."json_document"(x)) from t';
    expect(find(statement, 'stedi_trino: Cannot convert value to JSON: {')).toEqual([
      { line: 2, column: 3 },
    ]);
    expect(find(statement, 'stedi_trino limit faulty-json: {')).toEqual([{ line: 2, column: 27 }]);
  });

  it('finds all places that may have said so', () => {
    const statement =
      'select stedi_trino."divide_integers"(a, b),\n stedi_trino."divide_rounded"(a, b), stedi_trino."digits_of"(a)';
    expect(find(statement, 'stedi_trino: Division by zero')).toEqual([
      { line: 1, column: 8 },
      { line: 2, column: 2 },
    ]);
  });

  it('finds a limit that the statement itself has', () => {
    const statement = `select 1,\n CASE WHEN x THEN stedi_trino."limit"('null-rows', '', NULL) END`;
    expect(find(statement, 'stedi_trino limit null-rows: ')).toEqual([{ line: 2, column: 19 }]);
    expect(find(statement, 'stedi_trino limit null-inside: ')).toEqual([]);
  });
});
