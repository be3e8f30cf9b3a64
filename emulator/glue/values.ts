import type { ErrorDetail } from '@aws-sdk/client-glue';
import { GlueError } from '../core/glue-catalog.js';

/** Returns a frozen copy without members that are `undefined`. */
export function copy<Value>(value: Value): Value {
  if (value instanceof Date) {
    return Object.freeze(new Date(value)) as Value;
  }
  if (Array.isArray(value)) {
    return Object.freeze(value.map((each: unknown) => copy(each))) as Value;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member != null);
    return Object.freeze(
      Object.fromEntries(members.map(([name, member]) => [name, copy(member) as unknown])),
    ) as Value;
  }
  return value;
}

/** Returns an object without one of its members. */
export function omit<Value extends object, Name extends keyof Value>(
  value: Value,
  name: Name,
): Omit<Value, Name> {
  return Object.fromEntries(
    Object.entries(value).filter(([member]) => member !== name),
  ) as unknown as Omit<Value, Name>;
}

/** The error for what is not in the catalog. */
export function entityNotFound(message: string): GlueError {
  return new GlueError('EntityNotFoundException', message);
}

/** Returns an error as batch calls report it for one entry; what is no error of Glue's is thrown on. */
export function errorEntry(error: unknown): ErrorDetail {
  if (!(error instanceof GlueError)) {
    throw error;
  }
  return { ErrorCode: error.code, ErrorMessage: error.message };
}
