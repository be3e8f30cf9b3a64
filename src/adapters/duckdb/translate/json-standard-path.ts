import { memberStep } from '../functions/json-path.js';
import {
  readCondition,
  type PathCondition,
  type PathOperand,
  type PathRoot,
} from './json-path-filter.js';

const methods = ['abs', 'ceiling', 'double', 'floor', 'keyvalue', 'size', 'type'] as const;

/** A step of a path of the SQL standard. Places count from 1, from the end if they are negative. */
export type PathStep =
  | { readonly kind: 'member'; readonly path: string }
  | { readonly kind: 'members' }
  | { readonly kind: 'elements' }
  | { readonly kind: (typeof methods)[number] }
  | { readonly kind: 'filter'; readonly condition: PathCondition }
  | { readonly kind: 'slices'; readonly ranges: readonly PathRange[] };

interface PathRange {
  readonly first: number;
  readonly last: number;
}

/** A path, or why it is not supported. `variables` are those that it names. */
export type StandardPath =
  | {
      readonly mode: 'lax' | 'strict';
      readonly root: PathRoot;
      readonly steps: readonly PathStep[];
      readonly variables: readonly string[];
      /** A condition of a filter asks for the whole document. */
      readonly namesDocument: boolean;
    }
  | { readonly problem: string };

/** What was read, and where its text ends. */
export interface Read<Value> {
  readonly value: Value;
  readonly end: number;
}

/** Reads parts of one path. */
export interface JsonPathReader {
  /** Matches a pattern at `start`. */
  match(pattern: RegExp, start: number): RegExpExecArray | null;
  /** Reads a root and its steps, as far as there are some. */
  path(start: number): Read<PathOperand> | undefined;
}

function readPlace(text: string): number {
  const [, last, minus] = /^(last)?(?:\s*-\s*)?(\d+)?$/.exec(text) ?? [];
  return last === undefined ? Number(text) + 1 : -1 - Number(minus ?? 0);
}

const place = String.raw`(?:\d{1,9}|last(?:\s*-\s*\d{1,9})?)`;
const range = String.raw`${place}(?:\s+to\s+${place})?`;
const step = new RegExp(
  String.raw`\s*(?:\.\s*(${methods.join('|')})\s*\(\s*\)|(\?\s*\()|\.\s*([A-Za-z_]\w*)(?!\w|\s*\()|\.\s*"((?:[^"]|"")*)"|(\.\s*\*)|(\[\s*\*\s*\])|\[\s*(${range}(?:\s*,\s*${range})*)\s*\])`,
);

function readRanges(text: string): readonly PathRange[] {
  return text.split(',').map((each) => {
    const [first = '', last = first] = each.trim().split(/\s+to\s+/);
    return { first: readPlace(first), last: readPlace(last) };
  });
}

/** Reads the steps of a path from `start` on, as far as there are some; `undefined` for one that is not supported. */
function readSteps(reader: JsonPathReader, start: number): Read<readonly PathStep[]> | undefined {
  const steps: PathStep[] = [];
  let end = start;
  for (;;) {
    const match = reader.match(step, end);
    if (match === null) return { value: steps, end };
    const [all, method, filter, name, quoted, members, elements, ranges] = match;
    end += all.length;
    if (method !== undefined) steps.push({ kind: method as (typeof methods)[number] });
    else if (filter !== undefined) {
      const condition = readCondition(reader, end);
      const close = condition && reader.match(/\s*\)/, condition.end);
      if (!condition || !close) return undefined;
      steps.push({ kind: 'filter', condition: condition.value });
      end = condition.end + close[0].length;
    } else if (name !== undefined || quoted !== undefined) {
      const path = memberStep(name ?? (quoted ?? '').replaceAll('""', '"'));
      if (path === undefined) return undefined;
      steps.push({ kind: 'member', path: `$${path}` });
    } else if (members !== undefined) steps.push({ kind: 'members' });
    else if (elements !== undefined) steps.push({ kind: 'elements' });
    else steps.push({ kind: 'slices', ranges: readRanges(ranges ?? '') });
  }
}

function rootOf(sign: string, name: string | undefined): PathRoot {
  if (sign === '@') return { kind: 'item' };
  return name === undefined ? { kind: 'document' } : { kind: 'variable', name };
}

function createReader(text: string): JsonPathReader {
  const reader: JsonPathReader = {
    match(pattern, start) {
      const sticky = new RegExp(pattern.source, 'uy');
      sticky.lastIndex = start;
      return sticky.exec(text);
    },
    path(start) {
      const root = reader.match(/\s*(?:(@)|(\$)([A-Za-z_]\w*)?)/, start);
      const steps = root && readSteps(reader, start + root[0].length);
      if (!steps) return undefined;
      const [, item, dollar, name] = root;
      return {
        value: { root: rootOf(item ?? dollar ?? '', name), steps: steps.value },
        end: steps.end,
      };
    },
  };
  return reader;
}

function conditionsOf(condition: PathCondition): readonly PathOperand[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.terms.flatMap(conditionsOf);
    case 'not':
    case 'is-unknown':
      return conditionsOf(condition.operand);
    case 'exists':
      return operandsOf(condition.operand);
    case 'starts-with':
    case 'comparison':
      return [condition.left, condition.right].flatMap(operandsOf);
  }
}

/** Returns a path and all that stand in its filters. */
function operandsOf(operand: PathOperand): readonly PathOperand[] {
  const inner = operand.steps.flatMap((each) =>
    each.kind === 'filter' ? conditionsOf(each.condition) : [],
  );
  return [operand, ...inner];
}

/** `keyvalue()` numbers objects through all of the path: that can be told where it occurs once, outside of filters. */
function numbersObjects({ steps }: PathOperand): number {
  return steps.filter(({ kind }) => kind === 'keyvalue').length;
}

/**
 * Reads a path of JSON_QUERY and its like: members, elements, methods, and filters as far as `readCondition` reads them.
 * Arithmetic, `..` and what Athena does not support itself (`like_regex`, `datetime()`) are not.
 */
export function readStandardPath(text: string): StandardPath {
  const [start, mode] = /^\s*(lax|strict)(?!\w)/.exec(text) ?? [];
  const problem = `the path '${text}' is not supported: it may name members and elements, filter, and ask for ${methods
    .map((method) => `${method}()`)
    .join(', ')}`;
  if (start === undefined) return { problem };
  const read = createReader(text).path(start.length);
  if (read === undefined || read.value.root.kind === 'item') return { problem };
  if (read.end < text.trimEnd().length) return { problem };
  const [outer = read.value, ...inner] = operandsOf(read.value);
  if (numbersObjects(outer) > 1 || inner.some((each) => numbersObjects(each) > 0)) {
    return { problem: `${problem}, keyvalue() once and outside of filters` };
  }
  const roots = [outer, ...inner].map(({ root }) => root);
  return {
    mode: mode === 'strict' ? 'strict' : 'lax',
    ...outer,
    variables: [...new Set(roots.flatMap((root) => (root.kind === 'variable' ? [root.name] : [])))],
    namesDocument: inner.some(({ root }) => root.kind === 'document'),
  };
}
