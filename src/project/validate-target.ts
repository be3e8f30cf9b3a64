import { z } from 'zod';
import type { ConfigIssue } from '../core/config-issue.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { SpokenSql, Target } from '../core/project.js';
import { didYouMean } from '../core/suggest.js';
import type { TargetType } from '../core/target-type.js';
import { convertTexts } from './convert-texts.js';
import { describeValue, joinOr, renderedValue } from './describe-value.js';
import { projectDefaults } from './project-schema.js';
import { isMapping } from '../core/is-mapping.js';
import { toMapping } from './read-config-entries.js';
import { anyMapping, anyValue, strictMapping, text } from './schema-notes.js';
import { validateValue } from './validate-value.js';
import type { ValuePath } from './yaml-document.js';

/** The keys that targets of every type have. */
export const commonTargetShape = {
  type: text('Which engine the target connects to.'),
  schema: text('The schema of models that name none.')
    .nullish()
    .meta({ default: projectDefaults.schema }),
  threads: z
    .int()
    .min(1)
    .nullish()
    .describe('How many models may be built at the same time.')
    .meta({ default: projectDefaults.threads }),
  vars: anyMapping
    .nullish()
    .describe(
      'Values that variables of the project have on this target. They go before those of `vars:`; `--vars` goes before them.',
    ),
};

/** A stand-in for a JSON Schema that tells booleans and numbers from the rest; the adapter validates the values. */
function roughSchema(schema: JsonValue): z.ZodType {
  const type = isMapping(schema) ? schema['type'] : undefined;
  if (type === 'boolean') return z.boolean();
  return type === 'number' || type === 'integer' ? z.number() : z.unknown();
}

function schemasOf(type: TargetType) {
  const own = Object.entries(type.jsonSchemaProperties);
  return {
    /** Knows all keys, and the values of the common ones. */
    keys: strictMapping(`a target of type '${type.type}'`, {
      ...commonTargetShape,
      ...Object.fromEntries(own.map(([key]) => [key, anyValue.optional()])),
    }),
    /** Knows where booleans and numbers are expected. */
    types: z.looseObject({
      ...commonTargetShape,
      ...Object.fromEntries(own.map(([key, schema]) => [key, roughSchema(schema).optional()])),
    }),
  };
}

/** Finds the type of a target, or says what is wrong with it. */
function findType(
  raw: ConfigEntries,
  types: readonly TargetType[],
  isRendered: Origins['isRendered'],
): TargetType | ConfigIssue {
  const names = types.map(({ type }) => type);
  const found = types.find(({ type }) => type === raw['type']);
  if (found !== undefined) return found;
  const known = joinOr(names.map((name) => `'${name}'`));
  if (raw['type'] === undefined) {
    return {
      path: [],
      kind: 'invalid-value',
      message: `'type' is missing in the target: expected ${known}`,
    };
  }
  const hint = typeof raw['type'] === 'string' ? didYouMean(raw['type'], names) : undefined;
  const value = isRendered(['type']) ? renderedValue : describeValue(raw['type']);
  const message = `'type' must be ${known}, found ${value}`;
  return { path: ['type'], kind: 'invalid-value', message, ...(hint !== undefined && { hint }) };
}

/** What is known of the values of a target. */
export interface Origins {
  /** The value comes out of a template: it is a text, and may be a secret that no message may show. */
  readonly isRendered: (path: ValuePath) => boolean;
  /** The text may stand for a boolean or number. */
  readonly convertible: (path: ValuePath) => boolean;
}

/** A target, and what it says of the project's variables. */
export interface ValidatedTarget {
  readonly target: Target;
  readonly vars: ConfigEntries;
  /** The SQL in which a project with this target is written; left out, it is the portable one. */
  readonly sql?: SpokenSql;
}

/**
 * Returns a target if all its keys are right. Issue paths are relative to the target; `raw` is rendered already.
 */
export function validateTarget(
  name: string,
  raw: ConfigEntries,
  types: readonly TargetType[],
  { isRendered, convertible }: Origins,
): { readonly value: ValidatedTarget | null; readonly issues: readonly ConfigIssue[] } {
  const type = findType(raw, types, isRendered);
  if ('kind' in type) return { value: null, issues: [type] };
  const schemas = schemasOf(type);
  const converted = convertTexts(schemas.types, raw, convertible) as ConfigEntries;
  const issues = [...validateValue(schemas.keys, converted, { hidden: isRendered })];
  const options = Object.fromEntries(
    Object.entries(converted).filter(([key]) => Object.hasOwn(type.jsonSchemaProperties, key)),
  );
  issues.push(...type.validate(options));
  if (issues.length > 0) return { value: null, issues };
  const { schema, threads, vars } = converted;
  const target: Target = {
    name,
    type: type.type,
    schema: typeof schema === 'string' ? schema : (type.defaultSchema ?? projectDefaults.schema),
    database: type.database(options),
    threads: typeof threads === 'number' ? threads : projectDefaults.threads,
    options,
  };
  return { value: { target, vars: toMapping(vars) }, issues };
}
