import { EngineError } from '../core/engine.js';

/** A commit that lost its race. Wording and type 233: Athena User Guide (error reference), users' reports. */
export function commitError(database: string, table: string): EngineError {
  return new EngineError(
    2,
    233,
    `ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: ${database}.${table}`,
  );
}

/** An error of the Iceberg connector: `name` such as `ICEBERG_FILESYSTEM_ERROR`. Type 233 (error reference: "Iceberg"). */
export function icebergError(name: string, message: string): EngineError {
  return new EngineError(2, 233, `${name}: ${message}`);
}

/** What the table format or Athena does not support. */
export function notSupported(message: string): EngineError {
  return new EngineError(2, 1200, `NOT_SUPPORTED: ${message}`);
}

/** An argument that is wrong: a version that is not there. Types 1100 and 1103: error reference. */
export function invalidArgument(message: string): EngineError {
  return new EngineError(2, 1100, `INVALID_ARGUMENTS: ${message}`);
}

/** A table property that is wrong, partitioning and location among them. */
export function invalidProperty(message: string): EngineError {
  return new EngineError(2, 1103, `INVALID_TABLE_PROPERTY: ${message}`);
}

/** The same error, with the files that the statement had written before it failed. Other exceptions stay as they are. */
export function withWrittenFiles(error: unknown, written: readonly string[]): unknown {
  if (!(error instanceof EngineError) || written.length === 0) return error;
  return new EngineError(error.category, error.type, error.message, error.retryable, written);
}
