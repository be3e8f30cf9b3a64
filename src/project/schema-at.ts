import { z } from 'zod';
import { schemaNotes, type SchemaNotes } from './schema-notes.js';
import type { ValuePath } from './yaml-document.js';

/** A schema and what is noted of it and of the wrappers around it. */
export interface FoundSchema {
  readonly schema: z.core.$ZodType;
  readonly notes: SchemaNotes;
}

/** Takes off `optional` and `nullable`; the notes of all layers count, the outermost first. */
function unwrap(schema: z.core.$ZodType): FoundSchema {
  const notes = schemaNotes.get(schema) ?? {};
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const inner = unwrap(schema.unwrap());
    return { schema: inner.schema, notes: { ...inner.notes, ...notes } };
  }
  return { schema, notes };
}

function step(schema: z.core.$ZodType, key: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    return Object.hasOwn(shape, key) ? shape[key] : undefined;
  }
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** Returns the schema that holds for the value at a path, if the path leads through mappings and lists only. */
export function schemaAt(root: z.core.$ZodType, path: ValuePath): FoundSchema | undefined {
  let found = unwrap(root);
  for (const key of path) {
    const next = step(found.schema, key);
    if (next === undefined) return undefined;
    found = unwrap(next);
  }
  return found;
}

/** Returns the keys that a mapping may have. */
export function keysOf(schema: z.core.$ZodType): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
