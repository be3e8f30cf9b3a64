import { Buffer } from 'node:buffer';
import { inflateRawSync } from 'node:zlib';

/** A value of an Avro file, as plain JSON-like data; longs are numbers where a double holds them, otherwise bigints. */
export type AvroValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly AvroValue[]
  | { readonly [name: string]: AvroValue };

type Schema = string | readonly Schema[] | SchemaObject;
interface SchemaObject {
  readonly type: Schema;
  readonly name?: string;
  readonly fields?: readonly { readonly name: string; readonly type: Schema }[];
  readonly items?: Schema;
  readonly values?: Schema;
  readonly size?: number;
  readonly symbols?: readonly string[];
}

/** Thrown for a file that is damaged or uses what is not known here; whoever reads must then assume the worst. */
export class AvroError extends Error {}

/** Reads primitives one after the other. Source: Apache Avro specification 1.11, "Binary Encoding". */
function createCursor(bytes: Buffer) {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new AvroError('the file ends too early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  /** Variable length, zigzag. */
  const long = (): bigint => {
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(take(1)[0] ?? 0);
      result |= (byte & 0x7fn) << shift;
      if ((byte & 0x80n) === 0n) break;
      if (shift > 63n) throw new AvroError('a number is too long');
    }
    return (result >> 1n) ^ -(result & 1n);
  };
  const length = (): number => Number(long());
  return {
    take,
    long,
    length,
    bytes: (): Buffer => take(length()),
    isAtEnd: (): boolean => at >= bytes.length,
  };
}

type Cursor = ReturnType<typeof createCursor>;

/** Reads blocks of items, as arrays and maps have them. A negative count is followed by the block's size. */
function readBlocks(cursor: Cursor, readItem: () => void): void {
  for (let count = cursor.length(); count !== 0; count = cursor.length()) {
    if (count < 0) cursor.length();
    for (let index = 0; index < Math.abs(count); index++) readItem();
  }
}

function createReader(named: Map<string, SchemaObject>) {
  function remember(schema: SchemaObject): void {
    if (schema.name !== undefined) named.set(schema.name, schema);
  }

  function read(schema: Schema, cursor: Cursor): AvroValue {
    if (typeof schema === 'string') return readNamed(schema, cursor);
    if ('length' in schema) {
      const branch = schema[cursor.length()];
      if (branch === undefined) throw new AvroError('a union has no such branch');
      return read(branch, cursor);
    }
    remember(schema);
    switch (schema.type) {
      case 'record': {
        const fields = (schema.fields ?? []).map(
          ({ name, type }) => [name, read(type, cursor)] as const,
        );
        return Object.fromEntries(fields);
      }
      case 'array': {
        const items: AvroValue[] = [];
        readBlocks(cursor, () => items.push(read(schema.items ?? 'null', cursor)));
        return items;
      }
      case 'map': {
        const entries: [string, AvroValue][] = [];
        readBlocks(cursor, () => {
          const key = cursor.bytes().toString('utf8');
          entries.push([key, read(schema.values ?? 'null', cursor)]);
        });
        return Object.fromEntries(entries);
      }
      case 'fixed':
        return cursor.take(schema.size ?? 0);
      case 'enum':
        return schema.symbols?.[cursor.length()] ?? null;
      default:
        return read(schema.type, cursor);
    }
  }

  function readNamed(name: string, cursor: Cursor): AvroValue {
    switch (name) {
      case 'null':
        return null;
      case 'boolean':
        return cursor.take(1)[0] === 1;
      case 'int':
        return cursor.length();
      case 'long': {
        const value = cursor.long();
        return Number.isSafeInteger(Number(value)) ? Number(value) : value;
      }
      case 'float':
        return cursor.take(4).readFloatLE();
      case 'double':
        return cursor.take(8).readDoubleLE();
      case 'bytes':
        return cursor.bytes();
      case 'string':
        return cursor.bytes().toString('utf8');
      default: {
        const known = named.get(name);
        if (known === undefined) throw new AvroError(`the type '${name}' is not known`);
        return read(known, cursor);
      }
    }
  }

  return read;
}

function decompress(block: Buffer, codec: string): Buffer {
  if (codec === 'null') return block;
  if (codec === 'deflate') return inflateRawSync(block);
  throw new AvroError(`the compression '${codec}' is not known`);
}

/**
 * Returns the records of an Avro object container file, as Iceberg writes its manifests. Throws `AvroError` for what is
 * damaged or not known. Source: Apache Avro specification 1.11, "Object Container Files".
 */
export function readAvro(file: Uint8Array): readonly AvroValue[] {
  const cursor = createCursor(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
  if (cursor.take(4).toString('latin1') !== 'Obj\u0001') throw new AvroError('no Avro file');
  const header = new Map<string, string>();
  readBlocks(cursor, () => {
    const key = cursor.bytes().toString('utf8');
    header.set(key, cursor.bytes().toString('utf8'));
  });
  const marker = cursor.take(16);
  const schema = JSON.parse(header.get('avro.schema') ?? 'null') as Schema;
  const read = createReader(new Map());
  const records: AvroValue[] = [];
  while (!cursor.isAtEnd()) {
    const count = cursor.length();
    const block = createCursor(decompress(cursor.bytes(), header.get('avro.codec') ?? 'null'));
    for (let index = 0; index < count; index++) records.push(read(schema, block));
    if (!cursor.take(16).equals(marker))
      throw new AvroError('a block does not end where it should');
  }
  return records;
}
