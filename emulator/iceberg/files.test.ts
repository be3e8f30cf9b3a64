import { deflateRawSync } from 'node:zlib';
import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import type { AvroSchema } from './avro.js';
import { decodeAvro, encodeAvro } from './avro.js';
import type { TableMetadata } from './metadata.js';
import { formatMetadata, newSnapshotId, parseMetadata } from './metadata.js';

const schema: AvroSchema = {
  type: 'record',
  name: 'r',
  fields: [
    { name: 'id', type: 'long', 'field-id': 7 },
    { name: 'maybe', type: ['null', 'long'], default: null, 'field-id': 8 },
  ],
};
const records = [
  { id: 9223372036854775807n, maybe: null },
  { id: -9007199254740993n, maybe: 1n },
];

describe('Avro container files', () => {
  it('keep 64-bit numbers, the header, and what Iceberg adds to the schema', () => {
    const bytes = encodeAvro(schema, records, { content: 'data' });
    const { metadata, records: read } = decodeAvro(bytes);
    expect(read.map((record) => ({ ...record }))).toEqual(records);
    expect(metadata['content']).toBe('data');
    expect(JSON.parse(metadata['avro.schema'] ?? '')).toEqual(schema);
  });

  it('are read by another reader', async () => {
    const decoder = new avro.streams.BlockDecoder();
    decoder.end(encodeAvro(schema, [{ id: 5n, maybe: 6n }], {}));
    const read: unknown[] = [];
    for await (const record of decoder) read.push({ ...(record as object) });
    expect(read).toEqual([{ id: 5, maybe: 6 }]);
  });

  it('are read with compressed blocks, as other writers make them', () => {
    const plain = encodeAvro(schema, records, {});
    const type = avro.Type.forSchema('long');
    const end = plain.length - 16;
    const start = end - Number(plain.at(encodeAvro(schema, [], {}).length + 1)) / 2;
    const block = deflateRawSync(plain.subarray(start, end));
    const header = encodeAvro(schema, [], {})
      .toString('latin1')
      .replace('\u0008null', '\u000edeflate');
    const packed = Buffer.concat([
      Buffer.from(header, 'latin1'),
      type.toBuffer(2),
      type.toBuffer(block.length),
      block,
      plain.subarray(-16),
    ]);
    expect(decodeAvro(packed).records.map((record) => ({ ...record }))).toEqual(records);
  });

  it('are told from other files', () => {
    expect(() => decodeAvro(Buffer.from('PAR1'))).toThrow('not an Avro file');
    const bytes = encodeAvro(schema, records, {});
    expect(() => decodeAvro(bytes.subarray(0, -20))).toThrow();
  });
});

describe('metadata files', () => {
  it('keep 63-bit ids as numbers in the file and as texts in memory', () => {
    const id = '9223372036854775807';
    const metadata = {
      'format-version': 2,
      'current-snapshot-id': id,
      refs: { main: { type: 'branch', 'snapshot-id': id } },
      snapshots: [{ 'snapshot-id': id, 'parent-snapshot-id': '1152921504606846977' }],
      statistics: [],
      properties: { note: '"snapshot-id": 12' },
      'snapshot-log': [],
      'metadata-log': [],
    } as unknown as TableMetadata;
    const bytes = formatMetadata(metadata);
    expect(bytes.toString()).toMatch(/"parent-snapshot-id" : 1152921504606846977\n/);
    expect(parseMetadata(bytes)).toEqual(metadata);
  });

  it('of another version are refused', () => {
    expect(() => parseMetadata(Buffer.from('{"format-version": 3}'))).toThrow('format-version 3');
  });

  it('get ids that no double holds', () => {
    const ids = Array.from({ length: 50 }, newSnapshotId);
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) {
      expect(String(Number(id))).not.toBe(id);
      expect(BigInt(id)).toBeLessThan(2n ** 63n);
    }
  });
});
