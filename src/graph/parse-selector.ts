import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import { resultOf, type Result } from '../core/result.js';
import { didYouMean } from '../core/suggest.js';
import {
  selectorMethodNames,
  type Reach,
  type SelectorMethod,
} from '../core/selector-definition.js';
import type { SelectorSurroundings } from './methods/method-definition.js';
import type { Criterion, Selector } from './selector.js';
import { findSelectorMethod, isSelectorMethod } from './selector-methods.js';

/**
 * Returns the meaning of the values of `--select` or `--exclude`, in dbt's grammar
 * (https://docs.getdbt.com/reference/node-selection/syntax): values and words between spaces are a union, words between
 * commas an intersection; `+` before and after a word adds its ancestors and descendants (`2+` at most two hops away),
 * `@` its descendants and all their ancestors; `method:value` chooses how nodes are matched. Diagnostics:
 * `selector-invalid`, with the place inside the expression.
 */
export function parseSelector(
  values: readonly string[],
  flag: string,
  surroundings: SelectorSurroundings,
): Result<Selector> {
  const { indirectSelection } = surroundings;
  const diagnostics: Diagnostic[] = [];
  const parts = values.flatMap((value): Selector[] => {
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
      const of = word[0].split(',').flatMap((text) => {
        const place = placeFrom(value, flag, offset);
        offset += text.length + 1;
        const criterion = parseCriterion(text, place, surroundings);
        if (!('code' in criterion)) return [criterion];
        diagnostics.push(criterion);
        return [];
      });
      return { kind: 'intersection', of, indirectSelection };
    });
  });
  return resultOf({ kind: 'union', of: parts, indirectSelection }, diagnostics);
}

/** dbt's grammar of one word. */
const criterionPattern =
  /^(?<at>@)?(?:(?<parents>\d*)\+)?(?:(?<method>[\w.]+):)?(?<value>.*?)(?:\+(?<children>\d*))?$/du;

function parseCriterion(
  text: string,
  place: Place,
  surroundings: SelectorSurroundings,
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
    kind: 'criterion',
    method,
    arguments: methodArguments,
    value,
    parents: reach(groups.parents),
    children: reach(groups.children),
    childrensParents: groups.at !== undefined,
    indirectSelection: null,
    location: place(valueAt, value.length),
  };
  const complaint = findSelectorMethod(method).complain(value, methodArguments, surroundings);
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
  return /\.(?:sql|py|csv)$/i.test(value) ? 'file' : 'fqn';
}

function reach(depth: string | undefined): Reach | null {
  if (depth === undefined) return null;
  return { depth: depth === '' ? null : Number(depth) };
}

/** Returns `selector-invalid` for a method that does not exist. */
export function unknownMethod(method: string, location: SourceLocation): Diagnostic {
  const list = `the methods are ${selectorMethodNames.join(', ')}`;
  const hint = didYouMean(method, selectorMethodNames, list);
  return invalid(`'${method}' is not a selector method`, location, hint);
}

function invalid(message: string, location: SourceLocation, hint?: string): Diagnostic {
  return errorDiagnostic('selector-invalid', message, { location, hint });
}

/** Returns the place of a part of a word. */
type Place = (at: number, length: number) => SourceLocation;

function placeFrom(value: string, flag: string, offset: number): Place {
  return (at, length) => placeIn(value, flag, offset + at, length);
}

function placeIn(value: string, flag: string, at: number, length: number): SourceLocation {
  // A value over several lines (as in CI files) is shown as one; the columns stay.
  return { path: flag, line: 1, column: at + 1, length, sourceLine: value.replace(/\s/g, ' ') };
}
