import { z } from 'zod';
import type { ConfigIssue } from '../core/config-issue.js';
import { didYouMean } from '../core/suggest.js';
import { describeValue, joinOr, renderedValue } from './describe-value.js';
import { keysOf, schemaAt } from './schema-at.js';
import type { ValuePath } from './yaml-document.js';

type ZodIssue = z.core.$ZodIssue;

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'nothing',
};

/** Returns the value at a path, or `undefined` if there is none. */
export function valueAt(root: unknown, path: ValuePath): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value;
}

/** Returns how messages name the value at a path: `'tags'`, or `entry 2 of 'tags'`, counted from 1. */
function nameOf(path: ValuePath, title: string): string {
  const last = path.at(-1);
  if (last === undefined) return title;
  if (typeof last === 'string') return `'${last}'`;
  return `entry ${last + 1} of ${nameOf(path.slice(0, -1), title)}`;
}

/** Returns the alternatives that come closest: those that failed deeper inside, not at their own type. */
function reduceUnion(issue: z.core.$ZodIssueInvalidUnion): {
  readonly nested: readonly ZodIssue[];
  readonly expected: readonly string[];
} {
  const typeIssue = (branch: readonly ZodIssue[]) =>
    branch.find((each) => each.code === 'invalid_type' && each.path.length === 0);
  const deeper = issue.errors.filter((branch) => typeIssue(branch) === undefined);
  if (deeper.length > 0) return { nested: deeper[0] ?? [], expected: [] };
  const expected = issue.errors.flatMap((branch) => {
    const found = typeIssue(branch);
    return found?.code === 'invalid_type' ? [typeNames[found.expected] ?? found.expected] : [];
  });
  return { nested: [], expected: [...new Set(expected)] };
}

function expectation(issue: ZodIssue, schema: z.core.$ZodType | undefined): string {
  if (
    schema instanceof z.ZodNumber &&
    schema.format === 'safeint' &&
    issue.code === 'invalid_type'
  ) {
    return 'a whole number';
  }
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') {
    return joinOr(
      issue.values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))),
    );
  }
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return 'a text that is not empty';
    return `a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}`;
  }
  if (issue.code === 'too_big') return `a number of at most ${issue.maximum}`;
  // Formats and own rules say in their message what they expect.
  return issue.message;
}

function withHint(issue: ConfigIssue, hint: string | undefined): ConfigIssue {
  return hint === undefined ? issue : { ...issue, hint };
}

function unknownKeys(
  issue: z.core.$ZodIssueUnrecognizedKeys,
  path: ValuePath,
  context: Context,
): readonly ConfigIssue[] {
  const found = schemaAt(context.schema, path);
  const title = found?.notes.title ?? 'this mapping';
  const extraKeys = path.length === 0 ? context.extraKeys : [];
  const known = [...(found ? keysOf(found.schema) : []), ...extraKeys];
  const { unsupported = {}, misplaced = {} } = found?.notes ?? {};
  return issue.keys.map((key): ConfigIssue => {
    const place = [...path, key];
    if (Object.hasOwn(unsupported, key)) {
      const message = `'${key}' in ${title} is not supported yet`;
      return withHint({ path: place, kind: 'unsupported', message }, unsupported[key]);
    }
    const hint = Object.hasOwn(misplaced, key)
      ? misplaced[key]
      : didYouMean(key, known, `known keys: ${known.join(', ')}`);
    const message = `unknown key '${key}' in ${title}`;
    return withHint({ path: place, kind: 'unknown-key', message }, hint);
  });
}

interface Context {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  readonly extraKeys: readonly string[];
  /** True for a value that must not be shown: it was rendered from a template and may be a secret. */
  readonly hidden: (path: ValuePath) => boolean;
}

function toIssues(issue: ZodIssue, base: ValuePath, context: Context): readonly ConfigIssue[] {
  const path = [...base, ...(issue.path as ValuePath)];
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, path, context);

  const at = schemaAt(context.schema, path);
  let expected = '';
  if (issue.code === 'invalid_union') {
    const reduced = reduceUnion(issue);
    if (reduced.nested.length > 0) {
      return reduced.nested.flatMap((each) => toIssues(each, path, context));
    }
    expected = joinOr(reduced.expected);
  } else expected = expectation(issue, at?.schema);

  const notes = at?.notes ?? {};
  const value = valueAt(context.value, path);
  const last = path.at(-1);
  if (value === undefined && typeof last === 'string') {
    const title = schemaAt(context.schema, path.slice(0, -1))?.notes.title ?? 'this mapping';
    const message = `'${last}' is missing in ${title}: expected ${expected}`;
    return [{ path, kind: 'invalid-value', message }];
  }
  const found = context.hidden(path) ? renderedValue : describeValue(value);
  const message = `${nameOf(path, notes.title ?? 'the value')} must be ${expected}, found ${found}`;
  const suggestion =
    issue.code === 'invalid_value' && typeof value === 'string'
      ? didYouMean(value, issue.values.map(String))
      : undefined;
  return [withHint({ path, kind: 'invalid-value', message }, suggestion ?? notes.hint)];
}

/** How to validate. */
export interface ValidateOptions {
  /** Keys to suggest besides those of the schema's outermost mapping. */
  readonly extraKeys?: readonly string[];
  /** Whether the value at a path must not be shown in messages. */
  readonly hidden?: (path: ValuePath) => boolean;
}

/**
 * Returns everything in which a value does not fit a schema: unknown keys with a suggestion, keys not supported yet,
 * wrong types with what was expected and found. Empty if it fits.
 */
export function validateValue(
  schema: z.core.$ZodType & { safeParse: (value: unknown) => z.ZodSafeParseResult<unknown> },
  value: unknown,
  { extraKeys = [], hidden = () => false }: ValidateOptions = {},
): readonly ConfigIssue[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  const context = { schema, value, extraKeys, hidden };
  return result.error.issues.flatMap((issue) => toIssues(issue, [], context));
}
