import type { SqlType } from '../../../core/sql-type.js';
import { raw, sql, type Sql } from '../translate/fragment.js';
import { macroCall, openMacroCall } from '../translate/macro-call.js';
import {
  refusal,
  refuseOpenType,
  type Argument,
  type FunctionCall,
  type Rewritten,
} from './rule.js';

/** Joins what `||` joins: null if any part is null. */
function joinParts(call: FunctionCall): Rewritten {
  const [first, ...rest] = call.args;
  if (first === undefined || rest.length === 0) return refusal('it needs two arguments or more');
  return rest.reduce((joined, each) => sql`${joined} || ${each.sql}`, first.sql);
}

/** How many arrays a type nests. */
function arrayDepth(type: SqlType): number {
  return type.kind === 'array' ? 1 + arrayDepth(type.element) : 0;
}

/** `array || array`, `array || element`, `element || array`: null if either is null. */
function joinArrays(call: FunctionCall): Rewritten {
  const [first, ...rest] = call.args;
  if (first === undefined || rest.length === 0) return refusal('it needs two arguments or more');
  const isUntyped = ({ type }: Argument): boolean =>
    type.kind === 'unknown' || (type.kind === 'array' && type.element.kind === 'unknown');
  const untyped = call.args.find(isUntyped);
  if (untyped !== undefined && call.args.length === 2) {
    // Trino cannot tell either whether `[]` is meant as an array or as an element.
    const isArray = call.args.every((each) => each === untyped || each.type.kind === 'array');
    if (isArray && !call.args.every(isUntyped)) return refuseOpenType(untyped);
  }
  const depth = Math.max(...call.args.map((each) => arrayDepth(each.type)));
  const listOf = (argument: Argument): Sql =>
    argument.type.kind === 'unknown' || arrayDepth(argument.type) === depth
      ? argument.sql
      : macroCall('array_of_element', [argument.sql]);
  return rest.reduce((joined, each) => sql`${joined} || ${listOf(each)}`, listOf(first));
}

/** The strings that a call joins: its arguments, or the elements of those that are arrays. */
function joinedTypes({ args }: FunctionCall): readonly SqlType[] {
  return args.map(({ type }) => (type.kind === 'array' ? type.element : type));
}

/** A text and a bare NULL. To Trino that is an array if it knows the text's length, and nothing that it could tell otherwise. */
function joinNull(call: FunctionCall, nothing: Argument): Rewritten {
  const [text, ...others] = call.args.filter((argument) => argument !== nothing);
  const element = text?.type;
  const isArray =
    others.length === 0 && element?.kind === 'varchar' && element.length !== undefined;
  return isArray
    ? { sql: raw('CAST(NULL AS VARCHAR[])'), type: { kind: 'array', element } }
    : refuseOpenType(nothing);
}

/** `concat` and `||`: texts, binaries, arrays, and an element at either end of an array. */
export function concat(call: FunctionCall): Rewritten {
  const joined = joinedTypes(call);
  if (
    joined.some(({ kind }) => kind === 'char') &&
    joined.some((type) => type.kind === 'varchar' && !('length' in type))
  ) {
    // Trino would make a char of more than 65,536 characters.
    return refusal(
      'Athena does not join a char and a varchar without a length',
      'cast the char: CAST(… AS varchar)',
    );
  }
  const kinds = new Set(call.args.map((argument) => argument.type.kind));
  // Trino cannot tell either whether NULL is meant as a binary or as an element of an array.
  const open = call.args.find((argument) => argument.type.kind === 'unknown');
  if (open !== undefined && (kinds.size === 1 || kinds.has('varbinary')))
    return refuseOpenType(open);
  if (open !== undefined && (kinds.has('varchar') || kinds.has('char')))
    return joinNull(call, open);
  if (kinds.has('array')) {
    const any = call.args.find((argument) => argument.type.kind === 'any');
    return any === undefined ? joinArrays(call) : refuseOpenType(any);
  }
  if (kinds.has('char') && call.type.kind === 'char') return joinParts(call);
  // Of strings, binaries and arrays of unknown type, DuckDB's operator does the same; other types it would turn to text.
  if (kinds.has('any')) {
    const [first, ...rest] = call.args;
    if (first === undefined || rest.length === 0) return refusal('it needs two arguments or more');
    return rest.reduce(
      (joined, each) => openMacroCall('concat_any', [], [joined, each.sql]),
      first.sql,
    );
  }
  return joinParts(call);
}
