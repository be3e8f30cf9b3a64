import { EngineError } from '../core/engine.js';
import { GlueError } from '../core/glue-catalog.js';

/*
 * Errors of statements, as Athena words them. `ErrorType` numbers are those of the user guide's error reference, and as
 * measured on Athena by the public project aoyagikouhei/athena-local (docs/caveats.md) for syntax, semantic, notFound,
 * typeMismatch, functionNotFound, division, cast, notSupported and tableExists; the others are our reading of the
 * reference's titles.
 */
const types = {
  other: 1000,
  division: 1001,
  typeMismatch: 1002,
  ddl: 1003,
  schema: 1004,
  syntax: 1006,
  semantic: 1006,
  data: 1007,
  cast: 1100,
  tableProperty: 1103,
  invalidView: 1107,
  path: 1109,
  tableExists: 1110,
  notSupported: 1200,
  notFound: 1301,
  functionNotFound: 1303,
  cancelled: 1011,
} as const;

export type ErrorKind = keyof typeof types;

/** Returns an error that the user caused (category 2). */
export function userError(kind: ErrorKind, message: string): EngineError {
  return new EngineError(2, types[kind], message);
}

/** Returns the error of a statement that is not in Athena's grammar; `message` begins with `line L:C: `. */
export function syntaxError(message: string): EngineError {
  return userError('syntax', message);
}

/** Returns the error of DDL that Hive's metastore refused. Text after AWS's troubleshooting page. */
export function ddlError(message: string): EngineError {
  return userError(
    'ddl',
    `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${message}`,
  );
}

/** Returns the error of what Athena can do and this emulator cannot. */
export function emulatorLimitation(message: string): EngineError {
  return userError('notSupported', `NOT_SUPPORTED: (local Athena only) ${message}`);
}

/** Returns an error of Glue's as one of a statement; everything else is a bug and stays as it is. */
export function fromGlueError(error: unknown): unknown {
  return error instanceof GlueError
    ? userError('other', `HIVE_METASTORE_ERROR: ${error.code}: ${error.message}`)
    : error;
}

/** Returns the error of a statement that was stopped. */
export function cancelledError(): EngineError {
  return userError('cancelled', 'Query cancelled by user');
}
