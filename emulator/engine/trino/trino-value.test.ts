import { describe, expect, it } from 'vitest';
import { createSqlToolkit } from '../../../src/sql/index.js';
import type { TrinoValue } from './trino-client.js';
import { formatTrinoValue, readTrinoType } from './trino-value.js';

describe('values of Trino’s protocol, as Athena’s results spell them', () => {
  const toolkit = createSqlToolkit();

  it.each<[type: string, value: TrinoValue, text: string]>([
    ['double', '1.0E10', '1.0E10'],
    ['bigint', '9223372036854775807', '9223372036854775807'],
    ['boolean', true, 'true'],
    ['varbinary', 'YWL/', '61 62 ff'],
    ['timestamp(6)', '2024-02-29 00:00:00.123456', '2024-02-29 00:00:00.123456'],
    ['array(integer)', ['1', null], '[1, null]'],
    ['array(varbinary)', ['YQ=='], '[61]'],
    ['map(varchar(1), integer)', { a: '1', b: null }, '{a=1, b=null}'],
    ['row(a integer, b array(varchar))', ['1', ['x', 'y']], '{a=1, b=[x, y]}'],
    ['row(integer, varchar(1))', ['1', 'x'], '{field0=1, field1=x}'],
  ])('%s', (type, value, text) => {
    expect(formatTrinoValue(value, readTrinoType(toolkit, type))).toBe(text);
  });

  it('does not know sketches', () => {
    expect(readTrinoType(toolkit, 'setdigest(bigint)').kind).not.toBe('varchar');
  });
});
