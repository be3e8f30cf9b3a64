import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import avro from 'avsc';

/*
 * Avro's object container files. Written by hand, because the encoder of avsc drops what Iceberg adds to a schema
 * (`field-id`) and knows no 64-bit numbers; avsc does the values.
 */

/** Avro's `long` as a bigint: snapshot ids have 63 bits. */
const longType = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (left: bigint, right: bigint) => Number(left > right) - Number(left < right),
});

/** A schema in Avro's JSON. */
export type AvroSchema = string | Readonly<Record<string, unknown>> | readonly AvroSchema[];

function typeOf(schema: AvroSchema): avro.Type {
  return avro.Type.forSchema(schema as avro.Schema, {
    noAnonymousTypes: false,
    typeHook: (each) => (each === 'long' || isLong(each) ? longType : undefined),
  });
}

function isLong(schema: unknown): boolean {
  return (
    typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'long'
  );
}

const magic = Buffer.from('Obj\u0001', 'latin1');
const headerType = avro.Type.forSchema({ type: 'map', values: 'bytes' });
const countType = avro.Type.forSchema('long');

/** Returns the bytes of a container file. Longs in `records` are bigints; `metadata` goes to the file's header. */
export function encodeAvro(
  schema: AvroSchema,
  records: readonly unknown[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const type = typeOf(schema);
  const texts = { ...metadata, 'avro.schema': JSON.stringify(schema), 'avro.codec': 'null' };
  const header = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, Buffer.from(text, 'utf8')]),
  );
  const sync = randomBytes(16);
  const parts = [magic, headerType.toBuffer(header), sync];
  if (records.length > 0) {
    const block = Buffer.concat(records.map((record) => type.toBuffer(record)));
    parts.push(countType.toBuffer(records.length), countType.toBuffer(block.length), block, sync);
  }
  return Buffer.concat(parts);
}

/** What a container file holds. */
export interface AvroContent {
  readonly metadata: Readonly<Record<string, string>>;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

function decodeAt(
  type: avro.Type,
  bytes: Buffer,
  offset: number,
): { value: unknown; offset: number } {
  const decoded: { value: unknown; offset: number } = type.decode(bytes, offset);
  if (decoded.offset < 0) throw new Error('truncated Avro file');
  return decoded;
}

/** Reads a container file (codecs `null` and `deflate`); longs are bigints. Throws for what is no such file. */
export function decodeAvro(content: Uint8Array): AvroContent {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!bytes.subarray(0, 4).equals(magic)) throw new Error('not an Avro file');
  const header = decodeAt(headerType, bytes, 4);
  const metadata = Object.fromEntries(
    Object.entries(header.value as Record<string, Buffer>).map(([name, value]) => [
      name,
      value.toString('utf8'),
    ]),
  );
  const codec = metadata['avro.codec'] ?? 'null';
  if (codec !== 'null' && codec !== 'deflate') throw new Error(`Avro codec ${codec}`);
  const type = typeOf(JSON.parse(metadata['avro.schema'] ?? '{}') as AvroSchema);
  const records: Readonly<Record<string, unknown>>[] = [];
  let offset = header.offset + 16;
  while (offset < bytes.length) {
    const count = decodeAt(countType, bytes, offset);
    const size = decodeAt(countType, bytes, count.offset);
    const end = size.offset + Number(size.value);
    const raw = bytes.subarray(size.offset, end);
    const block = codec === 'deflate' ? inflateRawSync(raw) : raw;
    let position = 0;
    for (let index = 0; index < Number(count.value); index += 1) {
      const record = decodeAt(type, block, position);
      records.push(record.value as Readonly<Record<string, unknown>>);
      position = record.offset;
    }
    offset = end + 16;
  }
  return { metadata, records };
}
