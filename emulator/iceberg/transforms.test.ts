import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { murmur3 } from './murmur3.js';
import { parseTransform } from './partition-spec.js';
import { isComputedHere, transformSql, transformValue } from './partition-values.js';
import type { TestLake } from './testing/test-lake.js';
import { openTestLake } from './testing/test-lake.js';

let lake: TestLake;
beforeAll(async () => {
  lake = await openTestLake();
});
afterAll(() => lake.close());

async function transform(text: string, literal: string, type: string): Promise<string | null> {
  const parsed = parseTransform(text);
  const [row] = await lake.duck.query(`SELECT ${transformSql(parsed, literal, type)} AS value`);
  const value = row?.['value'] as string | null;
  return value !== null && isComputedHere(parsed, type)
    ? transformValue(parsed, value, type)
    : value;
}

describe('bucket hashes', () => {
  // The test values of the specification, appendix B.
  it.each([
    ['int', '34', 2017239379],
    ['long', '34::BIGINT', 2017239379],
    ['decimal(9, 2)', '14.20::DECIMAL(9, 2)', -500754589],
    ['date', "DATE '2017-11-16'", -653330422],
    ['timestamp', "TIMESTAMP '2017-11-16 22:31:08'", -2047944441],
    ['timestamp', "TIMESTAMP '2017-11-16 22:31:08.000001'", -1207196810],
    ['string', "'iceberg'", 1210000089],
    ['binary', "'\\x00\\x01\\x02\\x03'::BLOB", -188683207],
  ])('%s %s', async (type, literal, hash) => {
    expect(await transform('bucket[2147483647]', literal, type)).toBe(
      String((hash & 0x7fffffff) % 2147483647),
    );
  });

  it('hashes nothing, and bytes with every length of tail', () => {
    // Of the reference implementation (smhasher, x86_32, seed 0).
    expect(murmur3(Buffer.from(''))).toBe(0);
    expect(murmur3(Buffer.from('a')) >>> 0).toBe(0x3c2569b2);
    expect(murmur3(Buffer.from('ab')) >>> 0).toBe(0x9bbfd75f);
    expect(murmur3(Buffer.from('abc')) >>> 0).toBe(0xb3dd93fa);
    expect(murmur3(Buffer.from('abcd')) >>> 0).toBe(0x43ed676a);
  });
});

describe('other transforms', () => {
  it.each([
    ['year', "DATE '1969-12-31'", 'date', '-1'],
    ['year', "TIMESTAMP '2017-11-16 22:31:08'", 'timestamp', '47'],
    ['month', "DATE '2017-11-16'", 'date', '574'],
    ['month', "DATE '1969-12-31'", 'date', '-1'],
    ['day', "TIMESTAMP '2017-11-16 22:31:08'", 'timestamp', '17486'],
    ['day', "TIMESTAMP '1969-12-31 23:00:00'", 'timestamp', '-1'],
    ['hour', "TIMESTAMP '2017-11-16 22:31:08'", 'timestamp', '419686'],
    ['hour', "TIMESTAMP '1969-12-31 23:59:59'", 'timestamp', '-1'],
    ['truncate[10]', '1', 'int', '0'],
    ['truncate[10]', '-1', 'int', '-10'],
    ['truncate[10]', '-11::BIGINT', 'long', '-20'],
    ['truncate[50]', '10.65::DECIMAL(9, 2)', 'decimal(9, 2)', '10.50'],
    ['truncate[10]', '-0.05::DECIMAL(9, 2)', 'decimal(9, 2)', '-0.10'],
    ['truncate[3]', "'iceberg'", 'string', 'ice'],
    ['truncate[2]', "'é😀x'", 'string', 'é😀'],
    ['truncate[2]', "'\\x00\\x01\\x02'::BLOB", 'binary', '0001'],
    ['identity', 'true', 'boolean', 'true'],
    ['identity', 'NULL::DATE', 'date', null],
    ['bucket[4]', 'NULL::INTEGER', 'int', null],
  ])('%s of %s', async (text, literal, type, expected) => {
    expect(await transform(text, literal, type)).toBe(expected);
  });
});
