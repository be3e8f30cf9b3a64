import type { ConfigIssue } from './config-issue.js';
import { didYouMean } from './suggest.js';

/**
 * How the values of a partition column follow from the table's properties. Source: Athena User Guide, "Set up partition
 * projection" and "Supported types for partition projection".
 */
export type ProjectedColumn =
  | { readonly type: 'enum'; readonly values: readonly string[] }
  | {
      readonly type: 'integer';
      readonly range: readonly [number, number];
      readonly interval: number;
      /** Values have at least that many digits, with zeros in front. */
      readonly digits: number;
    }
  | {
      readonly type: 'date';
      /** A pattern of Java's DateTimeFormatter. */
      readonly format: string;
      /** In this format, or `NOW`, `NOW-3YEARS`, `NOW+1DAY`. */
      readonly range: readonly [string, string];
      readonly interval: number;
      readonly unit: DateUnit;
    }
  /** The query says it. */
  | { readonly type: 'injected' };

export type DateUnit = (typeof dateUnits)[number];
export const dateUnits = [
  'YEARS',
  'MONTHS',
  'WEEKS',
  'DAYS',
  'HOURS',
  'MINUTES',
  'SECONDS',
] as const;

/** Partitions that no catalog lists. */
export interface Projection {
  /** By the column's name in lower case. */
  readonly columns: ReadonlyMap<string, ProjectedColumn>;
  /** The folder of a partition, with `${column}` for the values; folders `column=value` below the location if left out. */
  readonly template?: string;
}

const key = 'table_properties';
const types = ['enum', 'integer', 'date', 'injected'] as const;
const bound = /^NOW(\s*[+-]\s*\d+\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?$/i;

type Properties = Readonly<Record<string, string>>;
/** What is wrong with a property. */
interface Problem {
  readonly property: string;
  readonly message: string;
  readonly hint: string;
}

function refuse(property: string, message: string, hint: string): Problem {
  return { property, message, hint };
}

/** Returns the unit that steps have where none is given: formats that end with the day or the month have one. */
function defaultUnit(format: string): DateUnit | undefined {
  const letters = format.replace(/'[^']*'/g, '');
  if (/[HhKkmsSaAnN]/.test(letters)) return undefined;
  if (/[dDeEu]/.test(letters)) return 'DAYS';
  return /[ML]/.test(letters) ? 'MONTHS' : undefined;
}

function readWhole(text: string): number | undefined {
  const value = Number(text);
  return /^-?\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}

function readPair(text: string): readonly [string, string] | undefined {
  const [low, high, ...more] = text.split(',').map((each) => each.trim());
  return low && high && more.length === 0 ? [low, high] : undefined;
}

function readInteger(column: string, properties: Properties): ProjectedColumn | Problem {
  const name = `projection.${column}`;
  const [low, high] = (readPair(properties[`${name}.range`] ?? '') ?? []).map(readWhole);
  if (low === undefined || high === undefined) {
    return refuse(`${name}.range`, 'expected two whole numbers', "such as '0,10'");
  }
  const interval = readWhole(properties[`${name}.interval`] ?? '1');
  if (interval === undefined || interval < 1) {
    return refuse(`${name}.interval`, 'expected a whole number from 1 on', 'such as 1');
  }
  const digits = readWhole(properties[`${name}.digits`] ?? '0');
  if (digits === undefined || digits < 0) {
    return refuse(`${name}.digits`, 'expected a number of digits', 'such as 2');
  }
  return { type: 'integer', range: [low, high], interval, digits };
}

function readDate(column: string, properties: Properties): ProjectedColumn | Problem {
  const name = `projection.${column}`;
  const format = properties[`${name}.format`];
  if (format === undefined) {
    return refuse(`${name}.format`, 'expected the format of the dates', "such as 'yyyy-MM-dd'");
  }
  const range = readPair(properties[`${name}.range`] ?? '');
  const isBound = (text: string): boolean => !/^NOW/i.test(text) || bound.test(text);
  if (range === undefined || !range.every(isBound)) {
    return refuse(`${name}.range`, 'expected two dates', `such as 'NOW-3YEARS,NOW'`);
  }
  const interval = readWhole(properties[`${name}.interval`] ?? '1');
  if (interval === undefined || interval < 1) {
    return refuse(`${name}.interval`, 'expected a whole number from 1 on', 'such as 1');
  }
  const given = properties[`${name}.interval.unit`]?.toUpperCase().replace(/S?$/, 'S');
  const unit = given === undefined ? defaultUnit(format) : dateUnits.find((each) => each === given);
  if (unit === undefined) {
    return refuse(`${name}.interval.unit`, 'expected a unit', `one of ${dateUnits.join(', ')}`);
  }
  return { type: 'date', format, range, interval, unit };
}

function readColumn(column: string, properties: Properties): ProjectedColumn | Problem {
  const name = `projection.${column}`;
  const type = properties[`${name}.type`]?.toLowerCase() ?? '';
  switch (type) {
    case 'enum': {
      const values = (properties[`${name}.values`] ?? '').split(',').map((each) => each.trim());
      if (values.every((each) => each !== '')) return { type, values };
      return refuse(`${name}.values`, 'expected the values', "such as 'a,b,c'");
    }
    case 'integer':
      return readInteger(column, properties);
    case 'date':
      return readDate(column, properties);
    case 'injected':
      return { type };
    default: {
      const hint = `one of ${types.join(', ')}`;
      return refuse(
        `${name}.type`,
        `expected the type of the partition column '${column}'`,
        didYouMean(type, types, hint) ?? hint,
      );
    }
  }
}

/**
 * Returns the projection that a table's properties declare for its partition columns (lower case); `undefined` if there is
 * none. `issues` are about `table_properties`.
 */
export function readProjection(
  properties: Properties,
  partitions: readonly string[],
): { readonly projection: Projection | undefined; readonly issues: readonly ConfigIssue[] } {
  if (properties['projection.enabled']?.toLowerCase() !== 'true') {
    return { projection: undefined, issues: [] };
  }
  const issues: ConfigIssue[] = [];
  const report = ({ property, message, hint }: Problem): void => {
    const found = properties[property];
    const suffix = found === undefined ? '' : `, found '${found}'`;
    const text = `'${property}': ${message}${suffix}`;
    issues.push({ path: [key], kind: 'invalid-value', message: text, hint });
  };
  if (partitions.length === 0) {
    report(
      refuse('projection.enabled', 'there are no partitions to compute', "add 'partitioned_by'"),
    );
  }
  const columns = new Map<string, ProjectedColumn>();
  for (const column of partitions) {
    const read = readColumn(column, properties);
    if ('property' in read) report(read);
    else columns.set(column, read);
  }
  const template = properties['storage.location.template'];
  for (const column of template === undefined ? [] : partitions) {
    if (template?.toLowerCase().includes(`\${${column}}`) === true) continue;
    const message = `expected the partition column as \${${column}}`;
    const hint = 'the folder of a partition names all of its values';
    report(refuse('storage.location.template', message, hint));
  }
  return {
    projection: { columns, ...(template !== undefined && { template }) },
    issues,
  };
}
