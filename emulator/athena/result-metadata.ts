import type { ColumnInfo } from '@aws-sdk/client-athena';
import type { StatementOutcome } from '../core/engine.js';
import { columnInfo, columnsOf } from './column-info.js';
import type { Query } from './query-store.js';

/**
 * Returns the bytes of the `.metadata` file that lies beside a result: a protobuf message of which AWS tells nothing; its
 * fields are those that the JDBC driver reads and that were measured. 1 query id, 2 what was done, 3 rows written,
 * 4 columns (1 catalog, 4 name, 5 label, 6 type, 7 precision, 8 scale, 9 nullable, 10 case sensitive).
 */
export function resultMetadata(query: Query, outcome: StatementOutcome): Uint8Array {
  const { updateCount } = outcome;
  return Buffer.concat([
    textField(1, query.id),
    ...(updateCount === null
      ? []
      : [textField(2, updateType(query.kind.substatementType)), numberField(3, updateCount)]),
    ...columnsOf(outcome).map((column) => bytesField(4, columnMessage(columnInfo(column)))),
  ]);
}

const updateType = (substatement: string) =>
  substatement === 'CREATE_TABLE_AS_SELECT' ? 'CREATE TABLE' : substatement;

const nullability = { NOT_NULL: 1, NULLABLE: 2, UNKNOWN: 3 } as const;

/** Types without precision and scale, and those without any number (measured). */
const bare = new Set(['boolean', 'interval day to second', 'interval year to month']);
const opaque = new Set(['array', 'map', 'row', 'json', 'string', 'uuid', 'ipaddress']);

function columnMessage(column: ColumnInfo): Uint8Array {
  const type = column.Type ?? '';
  const hasPrecision = !opaque.has(type) && !bare.has(type) && type !== 'date';
  const hasScale = hasPrecision || type === 'date';
  return Buffer.concat([
    textField(1, column.CatalogName ?? ''),
    textField(4, column.Name ?? ''),
    textField(5, column.Label ?? ''),
    textField(6, type),
    ...(hasPrecision ? [numberField(7, column.Precision ?? 0)] : []),
    ...(hasScale ? [numberField(8, column.Scale ?? 0)] : []),
    numberField(9, nullability[column.Nullable ?? 'UNKNOWN']),
    ...(opaque.has(type) ? [] : [numberField(10, column.CaseSensitive === true ? 1 : 0)]),
  ]);
}

function textField(field: number, value: string): Uint8Array {
  return bytesField(field, Buffer.from(value));
}

function bytesField(field: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function numberField(field: number, value: number): Uint8Array {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

/** Returns a whole number in groups of seven bits, lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}
