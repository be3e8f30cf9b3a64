import type { Table } from '@aws-sdk/client-glue';
import { userError } from '../errors.js';

/*
 * Partition projection: partitions that no catalog lists. What Athena finds by trying all values in range, we find by
 * looking at the objects that are there: the same partitions, less those without objects.
 * Source: https://docs.aws.amazon.com/athena/latest/ug/partition-projection-setting-up.html
 */

/** A partition column of a projected table. */
interface Projected {
  readonly name: string;
  /** The regular expression of a value in a path, if it is not one folder's name. */
  readonly pattern?: string;
  /** Whether a value found in a path belongs to the range. */
  readonly isInRange: (value: string) => boolean;
}

export interface Projection {
  /** The path's beginning without a value, as an address. */
  readonly root: string;
  /** Returns the values of the partition columns for the address of an object, if it lies in one of the partitions. */
  match(address: string): readonly string[] | undefined;
}

function property(table: Table, name: string): string | undefined {
  return table.Parameters?.[name];
}

function required(table: Table, name: string): string {
  const value = property(table, name);
  if (value !== undefined) return value;
  throw userError(
    'schema',
    `INVALID_TABLE_PROPERTY: Table ${table.DatabaseName ?? ''}.${table.Name ?? ''} is configured for partition projection, but the following partition columns are missing projection configuration: [${name}]`,
  );
}

/** Letters of a Java date format with the digits they stand for. */
const dateLetters: Readonly<Record<string, string>> = {
  yyyy: '\\d{4}',
  MM: '\\d{2}',
  dd: '\\d{2}',
  HH: '\\d{2}',
  mm: '\\d{2}',
  ss: '\\d{2}',
};

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A Java date format: its regular expression, and the digits of a value from the year on, comparable as text. */
interface DateFormat {
  readonly pattern: string;
  readonly read: (value: string) => string | undefined;
}

function readDateFormat(format: string): DateFormat {
  const parts: string[] = [];
  const pattern = [...format.matchAll(/yyyy|MM|dd|HH|mm|ss|'([^']*)'|[^]/g)]
    .map(([text, quoted]) => {
      const digits = dateLetters[text];
      if (digits === undefined) return escape(quoted ?? text);
      parts.push(text);
      return `(${digits})`;
    })
    .join('');
  const order = Object.keys(dateLetters);
  const read: DateFormat['read'] = (value) => {
    const match = new RegExp(`^${pattern}$`).exec(value);
    if (match === null) return undefined;
    const found = new Map(parts.map((part, index) => [part, match[index + 1] ?? '']));
    // Comparable as text, in UTC: what is missing is the beginning of its range.
    return order
      .map((part) => found.get(part) ?? (part === 'MM' || part === 'dd' ? '01' : '00'))
      .join('');
  };
  return { pattern: pattern.replace(/\((?!\?)/g, '(?:'), read };
}

const unitMs: Readonly<Record<string, number>> = {
  YEAR: 366 * 86_400_000,
  MONTH: 31 * 86_400_000,
  WEEK: 7 * 86_400_000,
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
};

/** Returns a bound of a date range, `NOW` with a difference included, in the form of `readDateFormat`. */
function readBound(bound: string, read: (value: string) => string | undefined): string | undefined {
  const [, sign, count = '0', unit = ''] =
    /^NOW(?:([+-])(\d+)(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?$/i.exec(bound) ?? [];
  if (!/^NOW/i.test(bound)) return read(bound);
  const shift = Number(count) * (unitMs[unit.toUpperCase()] ?? 0) * (sign === '-' ? -1 : 1);
  return new Date(Date.now() + shift).toISOString().replace(/\D/g, '').slice(0, 14);
}

function readColumn(table: Table, name: string, constrained: ReadonlySet<string>): Projected {
  const setting = (key: string): string => required(table, `projection.${name}.${key}`);
  const type = setting('type').toLowerCase();
  if (type === 'enum') {
    const values = new Set(
      setting('values')
        .split(',')
        .map((each) => each.trim()),
    );
    return { name, isInRange: (value) => values.has(value) };
  }
  if (type === 'integer') {
    const [low = 0, high = 0] = setting('range').split(',').map(Number);
    const digits = Number(property(table, `projection.${name}.digits`) ?? 0);
    const interval = Number(property(table, `projection.${name}.interval`) ?? 1);
    return {
      name,
      isInRange: (value) =>
        /^-?\d+$/.test(value) &&
        Number(value) >= low &&
        Number(value) <= high &&
        (Number(value) - low) % interval === 0 &&
        value === String(Number(value)).padStart(digits, '0'),
    };
  }
  if (type === 'date') {
    const { pattern, read } = readDateFormat(setting('format'));
    const [low = '', high = ''] = setting('range')
      .split(',')
      .map((each) => each.trim());
    const [from = '', to = ''] = [readBound(low, read), readBound(high, read)];
    return {
      name,
      pattern,
      isInRange: (value) => {
        const moment = read(value);
        return moment !== undefined && moment >= from && moment <= to;
      },
    };
  }
  if (type === 'injected') {
    if (constrained.has(name)) return { name, isInRange: () => true };
    throw userError(
      'semantic',
      `CONSTRAINT_VIOLATION: For the injected projected partition column ${name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
    );
  }
  throw userError(
    'schema',
    `INVALID_TABLE_PROPERTY: projection.${name}.type has an unknown value: ${type}`,
  );
}

/**
 * Returns the partitions of a table with `projection.enabled`; `undefined` for all others. `constrained` are the columns
 * that the query compares with constants, which injected ones need.
 */
export function readProjection(
  table: Table,
  constrained: ReadonlySet<string>,
): Projection | undefined {
  if (property(table, 'projection.enabled')?.toLowerCase() !== 'true') return undefined;
  const names = (table.PartitionKeys ?? []).map(({ Name = '' }) => Name.toLowerCase());
  const columns = names.map((name) => readColumn(table, name, constrained));
  const folder = (table.StorageDescriptor?.Location ?? '').replace(/\/*$/, '/');
  const template = (
    property(table, 'storage.location.template') ??
    folder + names.map((name) => `${name}=\${${name}}`).join('/')
  ).replace(/\/*$/, '/');
  const order: string[] = [];
  const pattern = template
    .split(/(\$\{[^}]+\})/)
    .map((part) => {
      const [, name] = /^\$\{([^}]+)\}$/.exec(part) ?? [];
      if (name === undefined) return escape(part);
      order.push(name.toLowerCase());
      const own = columns.find((column) => column.name === name.toLowerCase());
      return `(${own?.pattern ?? '[^/]*'})`;
    })
    .join('');
  const expression = new RegExp(`^${pattern}`);
  return {
    root: template.slice(0, template.indexOf('${')).replace(/[^/]*$/, ''),
    match(address) {
      const match = expression.exec(address);
      if (match === null) return undefined;
      const values = new Map(order.map((name, index) => [name, match[index + 1] ?? '']));
      const isInRange = columns.every((column) => column.isInRange(values.get(column.name) ?? ''));
      return isInRange ? columns.map(({ name }) => values.get(name) ?? '') : undefined;
    },
  };
}
