import type { SqlType } from '../../../core/sql-type.js';
import { anyType, isOpen, sameType } from './common.js';
import { canCoerce } from './coercion.js';
import {
  emptyBindings,
  fitType,
  parseSignature,
  substitute,
  type Bindings,
  type Fit,
  type Signature,
  type TypePattern,
} from './type-pattern.js';

/** A signature that takes a call's arguments. */
export interface Match {
  readonly signature: Signature;
  readonly bindings: Bindings;
  readonly fit: Fit;
  /** Some argument's type is not known, and another signature that fits as well has another result. */
  readonly ambiguous: boolean;
}

const parsed = new Map<string, Signature>();

/** Returns a signature, parsed once. */
function readSignature(text: string): Signature {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const signature = parseSignature(text);
  parsed.set(text, signature);
  return signature;
}

/** Returns the pattern of the parameter that takes the argument at `index`. */
export function parameterAt(signature: Signature, index: number): TypePattern | undefined {
  const last = signature.parameters.length - 1;
  return signature.parameters[signature.variadic ? Math.min(index, last) : index];
}

/** Returns whether a signature takes that many arguments. */
export function takesCount(signature: Signature, count: number): boolean {
  const { length } = signature.parameters;
  return signature.variadic ? count >= length : count === length;
}

function matchSignature(signature: Signature, types: readonly SqlType[]): Match | undefined {
  if (!takesCount(signature, types.length)) return undefined;
  const bindings = emptyBindings();
  const fits = types.map((type, index) => {
    const parameter = parameterAt(signature, index);
    return parameter === undefined ? 'no' : fitType(parameter, type, bindings);
  });
  if (fits.includes('no')) return undefined;
  return {
    signature,
    bindings,
    fit: fits.includes('coerced') ? 'coerced' : 'exact',
    ambiguous: false,
  };
}

function parameterTypes(match: Match, count: number): readonly SqlType[] {
  return Array.from({ length: count }, (_, index) => {
    const parameter = parameterAt(match.signature, index);
    return parameter === undefined ? anyType : substitute(parameter, match.bindings);
  });
}

/** Whether every parameter of `one` could be given to `other`. */
function isMoreSpecific(one: readonly SqlType[], other: readonly SqlType[]): boolean {
  return one.every((type, index) => {
    const target = other[index];
    return target !== undefined && (type.kind === 'function' || canCoerce(type, target));
  });
}

function isGeneric(signature: Signature): boolean {
  return signature.parameters.some(({ kind }) => kind === 'variable');
}

/**
 * Returns the signature that Trino would choose for arguments of these types: one that fits as it is, else the most
 * specific of those that fit after coercion; `undefined` when none fits.
 */
export function resolveSignature(
  signatures: readonly string[],
  types: readonly SqlType[],
): Match | undefined {
  const matches = signatures
    .map(readSignature)
    .map((signature) => matchSignature(signature, types))
    .filter((match) => match !== undefined);
  const isUncertain = types.some((type) => type.kind !== 'function' && isOpen(type));
  const [first, ...others] = matches.map((match) =>
    substitute(match.signature.result, match.bindings),
  );
  const ambiguous =
    isUncertain && first !== undefined && others.some((result) => !sameType(result, first));
  const chosen = chooseMatch(matches, types.length);
  return chosen && { ...chosen, ambiguous };
}

function chooseMatch(matches: readonly Match[], count: number): Match | undefined {
  const exact = matches.filter((match) => match.fit === 'exact');
  const found = exact.find((match) => !isGeneric(match.signature)) ?? exact[0];
  if (found !== undefined) return found;
  const fixed = matches.filter((match) => match.signature.parameters.every(isFixed));
  return mostSpecific(matches, count) ?? mostSpecific(fixed, count) ?? matches[0];
}

/** Whether a parameter is the same type in every call. */
function isFixed(pattern: TypePattern): boolean {
  return pattern.kind === 'fixed' || (pattern.kind === 'text' && pattern.length === '');
}

/** Returns the match whose parameters could be given to all the others. */
function mostSpecific(matches: readonly Match[], count: number): Match | undefined {
  const parameters = new Map(matches.map((match) => [match, parameterTypes(match, count)]));
  return matches.find((match) =>
    matches.every((other) =>
      isMoreSpecific(parameters.get(match) ?? [], parameters.get(other) ?? []),
    ),
  );
}
