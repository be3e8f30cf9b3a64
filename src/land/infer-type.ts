/** What was seen of the values under one key. Grows with the number of different keys, not with the records. */
export interface Shape {
  booleans: number;
  integers: number;
  /** Integers that need more than 64 bits. */
  hugeIntegers: number;
  /** Numbers written with a fraction of zeros, such as `1655564376361.0`. */
  wholeFloats: number;
  floats: number;
  /** The largest magnitude of `wholeFloats`. */
  largestWhole: number;
  strings: number;
  dates: number;
  timestamps: number;
  isoTimestamps: number;
  nulls: number;
  arrays: number;
  objects: number;
  elements: Shape | undefined;
  fields: FieldShapes | undefined;
}

/** The keys of objects, without regard to case. */
export interface FieldShapes {
  readonly byName: Map<string, FieldShape>;
  readonly bySpelling: Map<string, FieldShape>;
  /** There were more than `maxFields` keys; the rest was not noted. */
  isOverfull: boolean;
}

/** One key of an object. */
export interface FieldShape {
  /** Lower case. */
  readonly name: string;
  readonly spellings: Set<string>;
  readonly shape: Shape;
}

/** Objects with more keys are no rows but maps. */
export const maxFields = 1000;

/** Returns a shape of which nothing was seen. */
export function emptyShape(): Shape {
  return {
    booleans: 0,
    integers: 0,
    hugeIntegers: 0,
    wholeFloats: 0,
    floats: 0,
    largestWhole: 0,
    strings: 0,
    dates: 0,
    timestamps: 0,
    isoTimestamps: 0,
    nulls: 0,
    arrays: 0,
    objects: 0,
    elements: undefined,
    fields: undefined,
  };
}

/** Adds one record to what was seen. `bytes` is a valid JSON object without white space between tokens. */
export function noteRecord(shape: Shape, bytes: Buffer): void {
  noteValue(shape, bytes, 0);
}

/** Notes the value at `start` and returns the place after it. */
function noteValue(shape: Shape, bytes: Buffer, start: number): number {
  switch (bytes[start] as number) {
    case 0x7b:
      return noteObject(shape, bytes, start);
    case 0x5b:
      return noteArray(shape, bytes, start);
    case 0x22:
      return noteString(shape, bytes, start);
    case 0x74:
      shape.booleans += 1;
      return start + 4;
    case 0x66:
      shape.booleans += 1;
      return start + 5;
    case 0x6e:
      shape.nulls += 1;
      return start + 4;
    default:
      return noteNumber(shape, bytes, start);
  }
}

function noteObject(shape: Shape, bytes: Buffer, start: number): number {
  shape.objects += 1;
  shape.fields ??= { byName: new Map(), bySpelling: new Map(), isOverfull: false };
  const { fields } = shape;
  let index = start + 1;
  while (bytes[index] !== 0x7d) {
    if (bytes[index] === 0x2c) index += 1;
    const end = endOfString(bytes, index);
    const field = fieldOf(fields, bytes, index, end);
    index = noteValue(field?.shape ?? emptyShape(), bytes, end + 1);
  }
  return index + 1;
}

function fieldOf(
  fields: FieldShapes,
  bytes: Buffer,
  start: number,
  end: number,
): FieldShape | undefined {
  const written = bytes.toString('utf8', start + 1, end - 1);
  const spelling = written.includes('\\') ? (JSON.parse(`"${written}"`) as string) : written;
  const known = fields.bySpelling.get(spelling);
  if (known) return known;
  const name = spelling.toLowerCase();
  let field = fields.byName.get(name);
  if (!field) {
    if (fields.byName.size === maxFields) {
      fields.isOverfull = true;
      return undefined;
    }
    field = { name, spellings: new Set(), shape: emptyShape() };
    fields.byName.set(name, field);
  }
  if (field.spellings.size < 10) {
    field.spellings.add(spelling);
    fields.bySpelling.set(spelling, field);
  }
  return field;
}

function noteArray(shape: Shape, bytes: Buffer, start: number): number {
  shape.arrays += 1;
  shape.elements ??= emptyShape();
  let index = start + 1;
  while (bytes[index] !== 0x5d) {
    if (bytes[index] === 0x2c) index += 1;
    index = noteValue(shape.elements, bytes, index);
  }
  return index + 1;
}

/** Returns the place after the string that begins at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  let index = start + 1;
  while (bytes[index] !== 0x22) index += bytes[index] === 0x5c ? 2 : 1;
  return index + 1;
}

function noteString(shape: Shape, bytes: Buffer, start: number): number {
  const end = endOfString(bytes, start);
  shape.strings += 1;
  const length = end - start - 2;
  // Only strings of these lengths can be dates or timestamps, and only while all before were.
  const isCandidate =
    length >= 10 &&
    length <= 35 &&
    shape.dates + shape.timestamps + shape.isoTimestamps === shape.strings - 1;
  if (!isCandidate) return end;
  const text = bytes.toString('latin1', start + 1, end - 1);
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:([ T])([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?)?$/.exec(
      text,
    );
  if (!match || !isDate(Number(match[1]), Number(match[2]), Number(match[3]))) return end;
  const [, , , , separator, , fraction = '', zone] = match;
  if (separator === undefined) shape.dates += 1;
  // What tables read as a timestamp: a blank, no zone, at most milliseconds.
  else if (separator === ' ' && zone === undefined && fraction.length <= 4) shape.timestamps += 1;
  else shape.isoTimestamps += 1;
  return end;
}

/** Returns whether there is such a day in the Gregorian calendar, applied to all years from 1 on. */
function isDate(year: number, month: number, day: number): boolean {
  if (year === 0 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

function noteNumber(shape: Shape, bytes: Buffer, start: number): number {
  let end = start;
  let isInteger = true;
  for (; ; end += 1) {
    const byte = bytes[end] as number;
    if (byte === 0x2c || byte === 0x7d || byte === 0x5d) break;
    if (byte === 0x2e || byte === 0x65 || byte === 0x45) isInteger = false;
  }
  if (isInteger) {
    const fits = end - start <= 18 || isBigint(BigInt(bytes.toString('latin1', start, end)));
    if (fits) shape.integers += 1;
    else shape.hugeIntegers += 1;
    return end;
  }
  const text = bytes.toString('latin1', start, end);
  if (/^-?\d{1,18}\.0+$/.test(text)) {
    shape.wholeFloats += 1;
    shape.largestWhole = Math.max(shape.largestWhole, Math.abs(Number(text)));
  } else shape.floats += 1;
  return end;
}

function isBigint(number: bigint): boolean {
  return BigInt.asIntN(64, number) === number;
}

/** A column type in the author's dialect, with remarks for the person who reads the proposal. */
export interface InferredType {
  readonly type: string;
  readonly notes: readonly string[];
}

const plainName = /^[a-z_][a-z0-9_]*$/;

/** Returns a name as SQL needs it: plain if it can be, otherwise in double quotes. */
export function quoteName(name: string): string {
  return plainName.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/**
 * Returns the narrowest type that reads every value that was seen without loss. Kinds that do not fit together become
 * `varchar`, which keeps each value's text. `path` names the value in the notes.
 */
export function inferType(shape: Shape, path: string): InferredType {
  const numbers = shape.integers + shape.hugeIntegers + shape.wholeFloats + shape.floats;
  const kinds = [
    ...(shape.booleans > 0 ? ['booleans'] : []),
    ...(numbers > 0 ? ['numbers'] : []),
    ...(shape.strings > 0 ? ['strings'] : []),
    ...(shape.arrays > 0 ? ['arrays'] : []),
    ...(shape.objects > 0 ? ['objects'] : []),
  ];
  const varchar = (note: string): InferredType => ({
    type: 'varchar',
    notes: [`${path}: ${note}`],
  });
  if (kinds.length === 0) return varchar('only null was seen, so the type is a guess');
  if (kinds.length > 1) return varchar(`holds ${kinds.join(' and ')}; varchar keeps each as text`);
  if (shape.booleans > 0) return { type: 'boolean', notes: [] };
  if (numbers > 0) return inferNumber(shape, path, varchar);
  if (shape.strings > 0) return inferString(shape, path);
  if (shape.elements) {
    const element = shape.elements;
    const isEmpty = Object.values(element).every((seen) => seen === 0 || seen === undefined);
    if (isEmpty) {
      return { type: 'array(varchar)', notes: [`${path}: only empty arrays were seen`] };
    }
    const { type, notes } = inferType(element, `${path}[]`);
    return { type: `array(${type})`, notes };
  }
  return inferObject(shape.fields, path, varchar);
}

function inferNumber(
  shape: Shape,
  path: string,
  varchar: (note: string) => InferredType,
): InferredType {
  if (shape.floats > 0) return { type: 'double', notes: [] };
  if (shape.hugeIntegers > 0) {
    return shape.wholeFloats > 0
      ? { type: 'double', notes: [`${path}: some integers have more digits than double keeps`] }
      : varchar('some integers do not fit bigint; varchar keeps their digits');
  }
  if (shape.wholeFloats === 0) return { type: 'bigint', notes: [] };
  // Beyond 32 bits, whole numbers are milliseconds or identifiers rather than measurements.
  if (shape.largestWhole < 2 ** 31) return { type: 'double', notes: [] };
  return {
    type: 'bigint',
    notes: [
      `${path}: some are written as floats such as 1655564376361.0, but every value is whole`,
    ],
  };
}

function inferString(shape: Shape, path: string): InferredType {
  if (shape.dates === shape.strings) return { type: 'date', notes: [] };
  if (shape.timestamps === shape.strings) return { type: 'timestamp', notes: [] };
  if (shape.timestamps + shape.isoTimestamps === shape.strings) {
    return {
      type: 'varchar',
      notes: [`${path}: ISO 8601 timestamps; from_iso8601_timestamp reads them`],
    };
  }
  return { type: 'varchar', notes: [] };
}

function inferObject(
  fields: FieldShapes | undefined,
  path: string,
  varchar: (note: string) => InferredType,
): InferredType {
  if (!fields || fields.byName.size === 0) {
    return varchar('only empty objects were seen; varchar keeps their text');
  }
  if (fields.isOverfull) {
    return varchar(`more than ${maxFields} different keys; varchar keeps the JSON text`);
  }
  const inferred = [...fields.byName.values()].map((field) => ({
    field,
    ...inferType(field.shape, `${path}.${field.name}`),
  }));
  const members = inferred.map(({ field, type }) => `${quoteName(field.name)} ${type}`);
  return {
    type: `row(${members.join(', ')})`,
    notes: inferred.flatMap(({ notes }) => notes),
  };
}
