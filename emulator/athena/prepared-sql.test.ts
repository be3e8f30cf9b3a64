import { expect, test } from 'vitest';
import { readPreparedSql } from './prepared-sql.js';

test.each([
  [
    'PREPARE p FROM\nSELECT * FROM t WHERE a = ?;',
    { kind: 'prepare', name: 'p', sql: 'SELECT * FROM t WHERE a = ?' },
  ],
  ['DEALLOCATE PREPARE p', { kind: 'deallocate', name: 'p' }],
  ['EXECUTE p', { kind: 'execute', of: { name: 'p' }, parameters: [] }],
  [
    "/* why */ execute P using 'a, b', f(1, 2), ARRAY[3, 4]",
    { kind: 'execute', of: { name: 'p' }, parameters: ["'a, b'", 'f(1, 2)', 'ARRAY[3, 4]'] },
  ],
  [
    "EXECUTE IMMEDIATE 'SELECT ''x'', ?' USING 5",
    { kind: 'execute', of: { sql: "SELECT 'x', ?" }, parameters: ['5'] },
  ],
  ['SELECT 1', undefined],
  ['EXECUTE p WITH 1', undefined],
])('%s', (sql, expected) => {
  expect(readPreparedSql(sql)).toEqual(expected);
});
