import { EngineError } from '../../core/engine.js';
import { userError, type ErrorKind } from '../errors.js';
import type { TrinoError } from './trino-client.js';

/** Trino's names of errors that users cause, as Athena's types; `other` for those that are not here. */
const kinds: Readonly<Record<string, ErrorKind>> = {
  SYNTAX_ERROR: 'syntax',
  COLUMN_NOT_FOUND: 'semantic',
  AMBIGUOUS_NAME: 'semantic',
  CATALOG_NOT_FOUND: 'semantic',
  MISSING_COLUMN_NAME: 'semantic',
  DUPLICATE_COLUMN_NAME: 'semantic',
  COLUMN_TYPE_UNKNOWN: 'semantic',
  EXPRESSION_NOT_AGGREGATE: 'semantic',
  MISMATCHED_COLUMN_ALIASES: 'semantic',
  MISSING_ORDER_BY: 'semantic',
  INVALID_COLUMN_REFERENCE: 'semantic',
  TABLE_NOT_FOUND: 'notFound',
  SCHEMA_NOT_FOUND: 'notFound',
  FUNCTION_NOT_FOUND: 'functionNotFound',
  TYPE_MISMATCH: 'typeMismatch',
  DIVISION_BY_ZERO: 'division',
  INVALID_CAST_ARGUMENT: 'cast',
  NOT_SUPPORTED: 'notSupported',
  TABLE_ALREADY_EXISTS: 'tableExists',
  INVALID_TABLE_PROPERTY: 'tableProperty',
  INVALID_VIEW: 'invalidView',
  VIEW_IS_STALE: 'invalidView',
  VIEW_IS_RECURSIVE: 'invalidView',
  HIVE_PATH_ALREADY_EXISTS: 'path',
  HIVE_COLUMN_ORDER_MISMATCH: 'schema',
  HIVE_BAD_DATA: 'data',
  HIVE_PARTITION_SCHEMA_MISMATCH: 'schema',
};

/** Numbers of Athena's error reference for what is not the user's doing. */
const exhausted = 1;
const internal = 100;
const icebergCommit = 233;

/**
 * Returns an error of Trino's as Athena words it, `ERROR_NAME: message`, with the numbers that Athena gives it. `message` is
 * Trino's, its place already that in the user's statement. Source: Athena User Guide, error reference.
 */
export function toEngineError(
  { errorName, errorType }: TrinoError,
  message: string,
  writtenFiles: readonly string[],
): EngineError {
  const text = `${errorName}: ${message}`;
  const make = (category: 1 | 2 | 3, type: number, retryable = false): EngineError =>
    new EngineError(category, type, text, retryable, writtenFiles);
  if (errorName === 'EXCEEDED_SCAN_LIMIT') {
    return new EngineError(2, 1014, 'Bytes scanned limit was exceeded', false, writtenFiles);
  }
  if (errorName.startsWith('ICEBERG_') || errorName === 'TRANSACTION_CONFLICT') {
    return make(2, icebergCommit);
  }
  if (errorType === 'INSUFFICIENT_RESOURCES') return make(1, exhausted);
  if (errorType === 'INTERNAL_ERROR') return make(1, internal);
  return make(2, userError(kinds[errorName] ?? 'other', '').type);
}
