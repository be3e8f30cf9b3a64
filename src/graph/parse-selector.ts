import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import { resultOf, type Result } from '../core/result.js';
import { didYouMean } from '../core/suggest.js';
import {
  isSelectorMethod,
  laterMethods,
  methodNames,
  selectorMethods,
  type SelectorMethod,
} from './selector-methods.js';

/** Neighbours to take along: `depth` hops, or all with `null`. */
export interface Reach {
  readonly depth: number | null;
}

/** One word of a selector, such as `2+tag:nightly+`. */
export interface Criterion {
  readonly method: SelectorMethod;
  /** What follows the method's name: `['meta', 'owner']` of `config.meta.owner`. */
  readonly arguments: readonly string[];
  readonly value: string;
  readonly parents: Reach | null;
  readonly children: Reach | null;
  /** `@`: descendants, and all that those need. */
  readonly childrensParents: boolean;
  /** The value's place in the expression. `path` is the command-line flag. */
  readonly location: SourceLocation;
}

/** A union of intersections. */
export type Selector = readonly (readonly Criterion[])[];

/**
 * Returns the meaning of the values of `--select` or `--exclude`, in dbt's grammar
 * (https://docs.getdbt.com/reference/node-selection/syntax): values and words between spaces are a union, words between
 * commas an intersection; `+` before and after a word adds its ancestors and descendants (`2+` at most two hops away),
 * `@` its descendants and all their ancestors; `method:value` chooses how nodes are matched. Diagnostics:
 * `selector-invalid`, with the place inside the expression.
 */
export function parseSelector(values: readonly string[], flag: string): Result<Selector> {
  const diagnostics: Diagnostic[] = [];
  const selector = values.flatMap((value) => {
    const words = [...value.matchAll(/\S+/g)];
    if (words.length === 0) {
      const message = 'expected a selector, found nothing';
      const hint = `name a model, or leave ${flag} out`;
      diagnostics.push(
        errorDiagnostic('selector-invalid', message, {
          location: placeIn(value, flag, 0, 1),
          hint,
        }),
      );
    }
    return words.map((word) => {
      let offset = word.index;
      return word[0].split(',').flatMap((text) => {
        const criterion = parseCriterion(text, (at, length) =>
          placeIn(value, flag, offset + at, length),
        );
        offset += text.length + 1;
        if (!('code' in criterion)) return [criterion];
        diagnostics.push(criterion);
        return [];
      });
    });
  });
  return resultOf(selector, diagnostics);
}

/** dbt's grammar of one word. */
const criterionPattern =
  /^(?<at>@)?(?:(?<parents>\d*)\+)?(?:(?<method>[\w.]+):)?(?<value>.*?)(?:\+(?<children>\d*))?$/du;

function parseCriterion(
  text: string,
  place: (at: number, length: number) => SourceLocation,
): Criterion | Diagnostic {
  const match = criterionPattern.exec(text);
  const groups = match?.groups ?? {};
  const [valueAt] = match?.indices?.groups?.value ?? [0];
  const [methodAt] = match?.indices?.groups?.method ?? [0];
  const value = groups.value ?? '';
  if (value === '') {
    const message =
      groups.method === undefined
        ? 'expected a name or `method:value`'
        : `expected a value after '${groups.method}:'`;
    return invalid(message, place(valueAt, 1));
  }
  if (groups.at !== undefined && groups.children !== undefined) {
    return invalid(
      '`@` before a selector and `+` after it contradict each other',
      place(0, text.length),
      'leave one of them out: `@` already takes the descendants',
    );
  }
  const [method = defaultMethod(value), ...methodArguments] = groups.method?.split('.') ?? [];
  if (!isSelectorMethod(method)) return unknownMethod(method, place(methodAt, method.length));
  const criterion: Criterion = {
    method,
    arguments: methodArguments,
    value,
    parents: reach(groups.parents),
    children: reach(groups.children),
    childrensParents: groups.at !== undefined,
    location: place(valueAt, value.length),
  };
  const complaint = selectorMethods[method].complain(value, methodArguments);
  if (complaint === undefined) return criterion;
  const location =
    groups.method === undefined
      ? criterion.location
      : place(methodAt, groups.method.length + 1 + value.length);
  return invalid(complaint.message, location, complaint.hint);
}

/** dbt's rule: a slash makes a path, a file's ending a file, anything else is a name. */
function defaultMethod(value: string): SelectorMethod {
  if (/[\\/]/.test(value)) return 'path';
  return /\.(?:sql|ya?ml)$/i.test(value) ? 'file' : 'fqn';
}

function reach(depth: string | undefined): Reach | null {
  if (depth === undefined) return null;
  return { depth: depth === '' ? null : Number(depth) };
}

function unknownMethod(method: string, location: SourceLocation): Diagnostic {
  const list = `the methods are ${methodNames.join(', ')}`;
  if (laterMethods.includes(method)) {
    return invalid(`the selector method '${method}' is not supported yet`, location, list);
  }
  const guess = didYouMean(method, methodNames);
  const hint = guess === undefined ? list : `${guess} (${list})`;
  return invalid(`'${method}' is not a selector method`, location, hint);
}

function invalid(message: string, location: SourceLocation, hint?: string): Diagnostic {
  return errorDiagnostic('selector-invalid', message, { location, hint });
}

function placeIn(value: string, flag: string, at: number, length: number): SourceLocation {
  // A value over several lines (as in CI files) is shown as one; the columns stay.
  return { path: flag, line: 1, column: at + 1, length, sourceLine: value.replace(/\s/g, ' ') };
}
