import type { SqlType } from '../../../core/sql-type.js';
import { anyType, asDecimal, sameType, simpleType, varcharType } from './common.js';
import { canCoerce, commonType } from './coercion.js';

/** The type of a parameter or result in a signature. Numbers and type variables may stand for what a call brings. */
export type TypePattern =
  | { readonly kind: 'variable'; readonly name: string }
  /** Takes part in nothing: every type fits. */
  | { readonly kind: 'anything' }
  | { readonly kind: 'fixed'; readonly type: SqlType }
  /** A varchar; `length` names its length, if the signature does. */
  | { readonly kind: 'text'; readonly length: string }
  | { readonly kind: 'char'; readonly length: string }
  | { readonly kind: 'decimal'; readonly precision: string; readonly scale: string }
  | {
      readonly kind: 'time' | 'timestamp';
      readonly precision: string;
      readonly withZone: boolean;
    }
  | { readonly kind: 'array'; readonly element: TypePattern }
  | { readonly kind: 'map'; readonly key: TypePattern; readonly value: TypePattern }
  | { readonly kind: 'row'; readonly fields: readonly TypePattern[] }
  | {
      readonly kind: 'function';
      readonly parameters: readonly TypePattern[];
      readonly result: TypePattern;
    };

/** A function's signature. */
export interface Signature {
  readonly parameters: readonly TypePattern[];
  /** The last parameter may be repeated. */
  readonly variadic: boolean;
  readonly result: TypePattern;
}

/** What the variables of a signature stand for in one call. Numbers are lengths, precisions and scales. */
export interface Bindings {
  readonly types: Map<string, SqlType>;
  readonly numbers: Map<string, number>;
}

/** The length of a varchar without one. */
const unbounded = Infinity;

/** Splits at commas that stand outside of parentheses. */
function splitList(text: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let item = '';
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      items.push(item.trim());
      item = '';
    } else {
      item += character;
    }
  }
  return item.trim() === '' ? items : [...items, item.trim()];
}

const simpleKinds = [
  'boolean',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'varbinary',
  'date',
  'json',
  'uuid',
  'ipaddress',
  'geometry',
  'sphericalgeography',
  'bingtile',
  'unknown',
  'interval day to second',
  'interval year to month',
] as const;

/** Names that are patterns of text for Trino's parser: a varchar is taken for them. */
const textKinds = [
  'varchar',
  'joniregexp',
  'jsonpath',
  'likepattern',
  'codepoints',
  'jsonpath2016',
];

/** Returns the pattern that is written: `array(T)`, `timestamp(p) with time zone`, `function(S,T,S)`. */
export function parsePattern(text: string): TypePattern {
  const simple = simpleKinds.find((kind) => kind === text);
  if (simple !== undefined) return { kind: 'fixed', type: simpleType(simple) };
  if (text === 'any') return { kind: 'anything' };
  const [, name = '', inner, suffix] =
    /^([\w ]+?)(?:\((.*)\))?( with time zone)?$/.exec(text) ?? [];
  const parts = inner === undefined ? [] : splitList(inner);
  const [first = '', second = ''] = parts;
  if (textKinds.includes(name)) return { kind: 'text', length: first };
  switch (name) {
    case 'char':
      return { kind: 'char', length: first };
    case 'decimal':
      return { kind: 'decimal', precision: first, scale: second };
    case 'time':
    case 'timestamp':
      return { kind: name, precision: first, withZone: suffix !== undefined };
    case 'array':
      return { kind: 'array', element: parsePattern(first) };
    case 'map':
      return { kind: 'map', key: parsePattern(first), value: parsePattern(second) };
    case 'row':
      return { kind: 'row', fields: parts.map(parsePattern) };
    case 'function':
      return {
        kind: 'function',
        parameters: parts.slice(0, -1).map(parsePattern),
        result: parsePattern(parts.at(-1) ?? ''),
      };
    default:
      return /^[A-Za-z]\d?$/.test(name)
        ? { kind: 'variable', name }
        : { kind: 'fixed', type: simpleType('exotic') };
  }
}

/** Returns the signature that is written: `(array(T), bigint) -> T`. */
export function parseSignature(text: string): Signature {
  const [, inner = '', result = ''] = /^\((.*)\) -> (.*)$/.exec(text) ?? [];
  const variadic = inner.endsWith('...');
  return {
    parameters: splitList(variadic ? inner.slice(0, -3) : inner).map(parsePattern),
    variadic,
    result: parsePattern(result),
  };
}

/** How well an argument fits: as it is, or after Trino's own coercion. */
export type Fit = 'exact' | 'coerced' | 'no';

function worst(fits: readonly Fit[]): Fit {
  return fits.includes('no') ? 'no' : fits.includes('coerced') ? 'coerced' : 'exact';
}

/** Binds a variable number, and says whether it had that value already (or none). */
function bindNumber(bindings: Bindings, name: string, value: number): boolean {
  if (/^\d+$/.test(name)) return Number(name) === value;
  const bound = bindings.numbers.get(name);
  bindings.numbers.set(name, Math.max(bound ?? value, value));
  return bound === undefined || bound === value;
}

function bindVariable(name: string, type: SqlType, bindings: Bindings): Fit {
  const bound = bindings.types.get(name);
  const common = bound === undefined ? type : commonType(bound, type);
  if (common === undefined) return 'no';
  bindings.types.set(name, common);
  return bound === undefined || sameType(bound, type) ? 'exact' : 'coerced';
}

/** Fits an argument's type to a parameter, and binds the parameter's variables. */
export function fitType(pattern: TypePattern, type: SqlType, bindings: Bindings): Fit {
  if (pattern.kind === 'anything') return 'exact';
  if (pattern.kind === 'variable') {
    return type.kind === 'function' ? 'no' : bindVariable(pattern.name, type, bindings);
  }
  if (pattern.kind === 'function') {
    const fits =
      type.kind === 'any' ||
      (type.kind === 'function' && type.parameters.length === pattern.parameters.length);
    return fits ? 'exact' : 'no';
  }
  if (type.kind === 'any') return 'exact';
  if (type.kind === 'function') return 'no';
  if (type.kind === 'unknown') {
    return pattern.kind === 'fixed' && pattern.type.kind === 'unknown' ? 'exact' : 'coerced';
  }
  switch (pattern.kind) {
    case 'fixed':
      if (sameType(pattern.type, type)) return 'exact';
      return canCoerce(type, pattern.type) ? 'coerced' : 'no';
    case 'text':
      // A char is no varchar to Trino without a cast; a varchar of known length may be a char.
      if (type.kind !== 'varchar') return 'no';
      if (pattern.length !== '') bindNumber(bindings, pattern.length, type.length ?? unbounded);
      return 'exact';
    case 'char':
      if (type.kind === 'char') {
        bindNumber(bindings, pattern.length, type.length);
        return 'exact';
      }
      if (type.kind !== 'varchar' || type.length === undefined) return 'no';
      bindNumber(bindings, pattern.length, type.length);
      return 'coerced';
    case 'decimal': {
      const decimal = asDecimal(type);
      if (decimal === undefined) return 'no';
      bindNumber(bindings, pattern.precision, decimal.precision);
      bindNumber(bindings, pattern.scale, decimal.scale);
      return type.kind === 'decimal' ? 'exact' : 'coerced';
    }
    case 'time':
    case 'timestamp':
      return fitTime(pattern, type, bindings);
    case 'array':
      return type.kind === 'array' ? fitType(pattern.element, type.element, bindings) : 'no';
    case 'map':
      return type.kind === 'map'
        ? worst([
            fitType(pattern.key, type.key, bindings),
            fitType(pattern.value, type.value, bindings),
          ])
        : 'no';
    case 'row':
      if (type.kind !== 'row' || type.fields.length !== pattern.fields.length) return 'no';
      return worst(
        pattern.fields.map((field, index) =>
          fitType(field, type.fields[index]?.type ?? anyType, bindings),
        ),
      );
  }
}

function fitTime(
  pattern: TypePattern & { kind: 'time' | 'timestamp' },
  type: SqlType,
  bindings: Bindings,
): Fit {
  if (type.kind === 'date' && pattern.kind === 'timestamp') {
    bindNumber(bindings, pattern.precision, 0);
    return 'coerced';
  }
  if (type.kind !== pattern.kind || (type.withZone && !pattern.withZone)) return 'no';
  const samePrecision = bindNumber(bindings, pattern.precision, type.precision);
  return type.withZone === pattern.withZone && samePrecision ? 'exact' : 'coerced';
}

function numberOf(name: string, bindings: Bindings): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : bindings.numbers.get(name);
}

function substituteText(name: string, bindings: Bindings): SqlType {
  if (name === '') return varcharType;
  const length = numberOf(name, bindings);
  if (length === undefined) return { kind: 'varchar', inexact: true };
  return length === unbounded ? varcharType : { kind: 'varchar', length };
}

/** Returns the type that a pattern stands for in a call; `any` where a variable is not bound. */
export function substitute(pattern: TypePattern, bindings: Bindings): SqlType {
  switch (pattern.kind) {
    case 'anything':
      return anyType;
    case 'variable':
      return bindings.types.get(pattern.name) ?? anyType;
    case 'fixed':
      return pattern.type;
    case 'text':
      return substituteText(pattern.length, bindings);
    case 'char': {
      const length = numberOf(pattern.length, bindings);
      return length === undefined ? anyType : { kind: 'char', length };
    }
    case 'decimal': {
      const precision = numberOf(pattern.precision, bindings);
      const scale = numberOf(pattern.scale, bindings);
      return precision === undefined || scale === undefined
        ? anyType
        : { kind: 'decimal', precision, scale };
    }
    case 'time':
    case 'timestamp':
      return {
        kind: pattern.kind,
        precision: numberOf(pattern.precision, bindings) ?? 3,
        withZone: pattern.withZone,
      };
    case 'array':
      return { kind: 'array', element: substitute(pattern.element, bindings) };
    case 'map':
      return {
        kind: 'map',
        key: substitute(pattern.key, bindings),
        value: substitute(pattern.value, bindings),
      };
    case 'row':
      return {
        kind: 'row',
        fields: pattern.fields.map((field) => ({ type: substitute(field, bindings) })),
      };
    case 'function':
      return {
        kind: 'function',
        parameters: pattern.parameters.map((each) => substitute(each, bindings)),
        result: substitute(pattern.result, bindings),
      };
  }
}

/** Returns bindings in which nothing is bound. */
export function emptyBindings(): Bindings {
  return { types: new Map(), numbers: new Map() };
}
