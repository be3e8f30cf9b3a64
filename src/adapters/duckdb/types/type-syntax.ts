import type { SqlType } from '../../../core/sql-type.js';
import type { Span, TypeSyntax } from '../../../core/sql-syntax.js';
import { simpleType } from './common.js';

/** A type that Athena does not have, or parameters that it does not take. */
export interface TypeProblem {
  readonly message: string;
  readonly span: Span;
}

/** The type, or what is wrong with it. */
export type ReadType = { readonly type: SqlType } | { readonly problem: TypeProblem };

const simpleNames: Readonly<Record<string, SqlType>> = {
  boolean: simpleType('boolean'),
  tinyint: simpleType('tinyint'),
  smallint: simpleType('smallint'),
  integer: simpleType('integer'),
  int: simpleType('integer'),
  bigint: simpleType('bigint'),
  real: simpleType('real'),
  double: simpleType('double'),
  varbinary: simpleType('varbinary'),
  date: simpleType('date'),
  json: simpleType('json'),
  uuid: simpleType('uuid'),
  ipaddress: simpleType('ipaddress'),
  geometry: simpleType('geometry'),
  sphericalgeography: simpleType('sphericalgeography'),
  bingtile: simpleType('bingtile'),
  unknown: simpleType('unknown'),
  'interval day to second': simpleType('interval day to second'),
  'interval year to month': simpleType('interval year to month'),
};

const exoticNames = [
  'hyperloglog',
  'p4hyperloglog',
  'qdigest',
  'tdigest',
  'setdigest',
  'color',
  'json2016',
];

function readNumbers(syntax: TypeSyntax & { kind: 'generic' }): readonly number[] | undefined {
  const numbers = syntax.parameters.filter((each) => typeof each === 'number');
  return numbers.length === syntax.parameters.length ? numbers : undefined;
}

function readGeneric(syntax: TypeSyntax & { kind: 'generic' }): ReadType {
  const problem = (message: string): ReadType => ({ problem: { message, span: syntax } });
  const { name } = syntax;
  const numbers = readNumbers(syntax);
  const [first, second] = numbers ?? [];
  const simple = simpleNames[name];
  if (simple !== undefined) {
    return syntax.parameters.length === 0
      ? { type: simple }
      : problem(`${name} takes no parameters`);
  }
  if (name === 'varchar' && numbers && numbers.length <= 1) {
    return { type: first === undefined ? { kind: 'varchar' } : { kind: 'varchar', length: first } };
  }
  if (name === 'char' && numbers && numbers.length <= 1) {
    return { type: { kind: 'char', length: first ?? 1 } };
  }
  if (name === 'decimal' && numbers && numbers.length <= 2) {
    const precision = first ?? 38;
    const scale = second ?? 0;
    if (precision < 1 || precision > 38 || scale > precision) {
      return problem('a decimal has 1 to 38 digits, and no more after the point than in all');
    }
    return { type: { kind: 'decimal', precision, scale } };
  }
  const time = /^(time|timestamp)( with time zone)?$/.exec(name);
  if (time && numbers && numbers.length <= 1) {
    const precision = first ?? 3;
    if (precision > 12) return problem('a time has at most 12 digits after the second');
    const kind = time[1] === 'time' ? 'time' : 'timestamp';
    return { type: { kind, precision, withZone: time[2] !== undefined } };
  }
  if (name === 'array' || name === 'map') return readCollection(syntax);
  if (exoticNames.includes(name)) return { type: simpleType('exotic') };
  return problem(`expected a type of Athena, found ${name}`);
}

function readCollection(syntax: TypeSyntax & { kind: 'generic' }): ReadType {
  const expected = syntax.name === 'array' ? 1 : 2;
  const parameters = syntax.parameters
    .filter((each) => typeof each !== 'number')
    .map(readTypeSyntax);
  const failed = parameters.find((each) => 'problem' in each);
  if (failed !== undefined) return failed;
  const types = parameters.flatMap((each) => ('type' in each ? [each.type] : []));
  const [first, second] = types;
  if (
    first === undefined ||
    types.length !== expected ||
    types.length !== syntax.parameters.length
  ) {
    return {
      problem: {
        message: `${syntax.name} takes ${expected} type${expected > 1 ? 's' : ''}`,
        span: syntax,
      },
    };
  }
  return {
    type:
      second === undefined
        ? { kind: 'array', element: first }
        : { kind: 'map', key: first, value: second },
  };
}

/** Returns the type that is written, or what is wrong with it. */
export function readTypeSyntax(syntax: TypeSyntax): ReadType {
  if (syntax.kind === 'generic') return readGeneric(syntax);
  const fields = syntax.fields.map((field) => ({
    name: field.name,
    read: readTypeSyntax(field.type),
  }));
  const failed = fields.find(({ read }) => 'problem' in read);
  if (failed !== undefined) return failed.read;
  return {
    type: {
      kind: 'row',
      fields: fields.flatMap(({ name, read }) =>
        'type' in read
          ? [{ ...(name && { name: name.value.toLowerCase() }), type: read.type }]
          : [],
      ),
    },
  };
}
