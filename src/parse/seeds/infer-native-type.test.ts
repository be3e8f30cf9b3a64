import { describe, expect, test } from 'vitest';
import { formatType } from '../../core/sql-type.js';
import { inferNativeType } from './infer-native-type.js';

// What dbt-duckdb 1.10 makes of files with these values.
describe('inferNativeType', () => {
  test.each<[string, readonly string[]]>([
    ['integer', []],
    ['integer', ['1', '-0']],
    ['integer', ['007', '1']],
    ['integer', ['00000000000000000001', '-01']],
    ['integer', ['+1', '2']],
    ['integer', ['1_000', '1']],
    ['integer', ['1.', '2.00']],
    ['integer', ['12e5', '1.5e3']],
    ['integer', ['20240101', '2']],
    ['double', ['1', '1.5']],
    ['double', ['.5', '1']],
    ['double', ['1.5e-400', '0.1']],
    ['double', ['1.123456789012345', '2']],
    ['double', ['12345678901234567.25', '0.5']],
    ['double', ['Infinity', '1.5']],
    ['boolean', ['true', 'FALSE']],
    ['varchar', ['t', 'f']],
    ['varchar', ['true', '1']],
    ['date', ['2024-1-1', '2024-12-31']],
    ['varchar', ['01/02/2024']],
    ['timestamp(6)', ['2024-01-01 12:00:00', '2024-01-02 12:00:01']],
    ['varchar', ['2024-01-01 12:00:00.123']],
    ['varchar', ['2024-01-01 12:00']],
    ['varchar', ['2024-01-01 12:00:00+02:00']],
    ['varchar', ['2024-01-01 12:00:00', '2024-01-01T12:00:00']],
    ['varchar', ['2024-01-01', '2024-01-01 12:00:00']],
    ['timestamp(6)', ['2024-01-01T12:00', '2024-01-02T13:00']],
    ['timestamp(6)', ['2024-01-01T12:00:00.125', '2024-01-02T12:00:01.1234567']],
    ['timestamp(6)', ['2024-01-01T12:00:00.00000Z', '2024-01-02T12:00:00+02:00']],
    ['varchar', ['12:30:00']],
    ['varchar', ['1', 'a']],
    // dbt's seed fails: it asks for an integer.
    ['bigint', ['2147483648', '1']],
    ['decimal(38,0)', ['9223372036854775808', '1']],
    ['varchar', ['$5', '6']],
    ['varchar', ['1,000']],
    ['varchar', ['NaN', '1']],
  ])('%s of %j', (type, values) => {
    expect(formatType(inferNativeType(values))).toBe(type);
  });
});
