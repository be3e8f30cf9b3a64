import { ServiceError } from '../core/service.js';
import { invalidRequest } from './api-error.js';

/** What an input, or a part of it, has to be; the words are those of the service model. */
export type Shape =
  | {
      readonly kind: 'text';
      readonly min?: number;
      readonly max?: number;
      /** Lengths count UTF-8 bytes; characters otherwise. */
      readonly bytes?: boolean;
      readonly pattern?: RegExp;
      readonly values?: readonly string[];
    }
  | { readonly kind: 'whole'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'list'; readonly of: Shape; readonly min?: number; readonly max?: number }
  | Structure;

export interface Structure {
  readonly kind: 'structure';
  readonly members: Readonly<Record<string, Shape>>;
  readonly required: readonly string[];
}

type Limits<K extends Shape['kind']> = Omit<Extract<Shape, { kind: K }>, 'kind'>;

export const text = (limits: Limits<'text'> = {}): Shape => ({ kind: 'text', ...limits });
export const whole = (limits: Limits<'whole'> = {}): Shape => ({ kind: 'whole', ...limits });
export const flag: Shape = { kind: 'flag' };
export const list = (of: Shape, limits: { min?: number; max?: number } = {}): Shape => ({
  kind: 'list',
  of,
  ...limits,
});

/** Returns a structure; a member whose name ends in `!` is required. Members that are not named are let through. */
export function structure(members: Readonly<Record<string, Shape>>): Structure {
  const names = Object.keys(members);
  return {
    kind: 'structure',
    members: Object.fromEntries(
      Object.entries(members).map(([name, shape]) => [name.replace(/!$/, ''), shape]),
    ),
    required: names.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1)),
  };
}

/**
 * Throws `SerializationException` for a value of another type, and `InvalidRequestException` that lists every constraint
 * that is not held, in the order of the shape's members. The wording `N validation error(s) detected: Value at 'path'
 * failed to satisfy constraint: …` is measured for lengths and ranges, and the usual one of AWS for the others.
 */
export function checkInput(shape: Structure, input: unknown): void {
  const violations = violationsOf(shape, input, '');
  if (violations.length === 0) return;
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'}`;
  throw invalidRequest('INVALID_INPUT', `${count} detected: ${violations.join('; ')}`);
}

function violationsOf(shape: Shape, value: unknown, path: string): readonly string[] {
  const violation = (rule: string) =>
    `Value at '${path}' failed to satisfy constraint: Member must ${rule}`;
  switch (shape.kind) {
    case 'text': {
      if (typeof value !== 'string') throw wrongType(value);
      const length = shape.bytes === true ? Buffer.byteLength(value) : Array.from(value).length;
      return [
        ...outOfRange(length, shape).map((rule) => violation(`have length ${rule}`)),
        ...(shape.pattern === undefined || shape.pattern.test(value)
          ? []
          : [violation(`satisfy regular expression pattern: ${plainPattern(shape.pattern)}`)]),
        ...(shape.values === undefined || shape.values.includes(value)
          ? []
          : [violation(`satisfy enum value set: [${shape.values.join(', ')}]`)]),
      ];
    }
    case 'whole':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(value);
      return outOfRange(value, shape).map((rule) => violation(`have value ${rule}`));
    case 'flag':
      if (typeof value !== 'boolean') throw wrongType(value);
      return [];
    case 'list':
      if (!Array.isArray(value)) throw wrongType(value);
      return [
        ...outOfRange(value.length, shape).map((rule) => violation(`have length ${rule}`)),
        ...value.flatMap((item: unknown, index) =>
          violationsOf(shape.of, item, `${path}.${index + 1}.member`),
        ),
      ];
    case 'structure': {
      if (!isRecord(value)) throw wrongType(value);
      const inner = (name: string) => (path === '' ? '' : `${path}.`) + lowerFirst(name);
      return Object.entries(shape.members).flatMap(([name, member]) => {
        const given = value[name];
        if (given != null) return violationsOf(member, given, inner(name));
        return shape.required.includes(name)
          ? [`Value at '${inner(name)}' failed to satisfy constraint: Member must not be null`]
          : [];
      });
    }
  }
}

function outOfRange(size: number, limits: { min?: number; max?: number }): readonly string[] {
  if (limits.min !== undefined && size < limits.min) {
    return [`greater than or equal to ${limits.min}`];
  }
  if (limits.max !== undefined && size > limits.max) return [`less than or equal to ${limits.max}`];
  return [];
}

/** The text is not known to be Athena's. */
function wrongType(value: unknown): ServiceError {
  return new ServiceError('SerializationException', `Unexpected value: ${JSON.stringify(value)}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

const plainPattern = (pattern: RegExp) => pattern.source.replace(/^\^(.*)\$$/, '$1');
