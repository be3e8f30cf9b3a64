import { z } from 'zod';

/** What validation says about a schema beyond zod's own words. */
export interface SchemaNotes {
  /** Names the value in messages: `a model`. */
  readonly title?: string;
  /** Keys of dbt that are not supported yet, with the next step. */
  readonly unsupported?: Readonly<Record<string, string>>;
  /** Keys that belong elsewhere, with where. */
  readonly misplaced?: Readonly<Record<string, string>>;
  /** The next step when the value is wrong. */
  readonly hint?: string;
}

/** Notes stand beside the schemas, not inside, so that they do not leak into the JSON Schema. */
export const schemaNotes = z.registry<SchemaNotes>();

/** Returns a strict object schema: unknown keys are issues. `title` names the value in messages and in editors. */
export function strictMapping<Shape extends z.core.$ZodLooseShape>(
  title: string,
  shape: Shape,
  keys: Pick<SchemaNotes, 'unsupported' | 'misplaced'> = {},
) {
  return z.strictObject(shape).register(schemaNotes, { title, ...keys });
}

/** A value that another function validates. */
export const anyValue = z.unknown();

/** A mapping whose entries another function validates. */
export const anyMapping = z.record(z.string(), z.unknown());

/** Returns a schema for a text that is not empty, with what it is for. */
export function text(description: string) {
  return z.string().min(1).describe(description);
}

/** Returns a schema for one text or a list of texts, with what it is for. */
export function textOrList(description: string) {
  return z.union([z.string().min(1), z.array(z.string().min(1))]).describe(description);
}
