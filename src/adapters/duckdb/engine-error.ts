import { indexLines, type LineColumn } from '../../core/text-position.js';
import { findRawLimit, readLimit, type MetLimit } from './functions/engine-limits.js';
import { failurePrefix, limitPrefix } from './translate/macro-call.js';

/** An error of DuckDB, taken apart. */
export interface EngineError {
  /** DuckDB's class of the error: `Parser`, `Binder`, `Catalog`, `Conversion`, `IO`, `INTERRUPT`… */
  readonly type: string;
  /** What went wrong, one line. */
  readonly reason: string;
  /** What DuckDB adds: candidates, a way out. */
  readonly advice: string | undefined;
  /** Where in the text that was parsed, in bytes of UTF-8. */
  readonly offset: number | undefined;
  /** The name that was not found. */
  readonly name: string | undefined;
  /** It is none of the model's: DuckDB cannot compute what Athena can. */
  readonly limit?: MetLimit;
  /** A macro of ours ended the query: what it said. DuckDB tells no place in the statement then. */
  readonly raised?: string;
}

interface ErrorJson {
  readonly exception_type?: string;
  readonly exception_message?: string;
  readonly position?: string;
  readonly name?: string;
}

function readJson(message: string): ErrorJson | undefined {
  const start = message.indexOf('{"exception_type"');
  if (start < 0) return undefined;
  try {
    return JSON.parse(message.slice(start)) as ErrorJson;
  } catch {
    return undefined;
  }
}

/** Takes an error apart that was not written as JSON: opening a database, and faults of the binding itself. */
function readText(message: string): ErrorJson {
  const [, type, text] = /^(\w[\w ]*?) Error: (.*)$/s.exec(message) ?? [undefined, '', message];
  // DuckDB repeats the statement's line with a caret below it.
  const reason = (text ?? message).replace(/\n+LINE \d+: .*$/s, '');
  return { exception_type: type ?? '', exception_message: reason };
}

/** The message of our macros, which end a statement by a cast or by a time zone that there is not. */
function readRaised(reason: string): string | undefined {
  const [, cast, zone] =
    /^(?:Could not convert string '(.*)' to INT64|Unknown TimeZone '(.*?)'?!?$)/s.exec(reason) ??
    [];
  const message = cast ?? zone;
  return message?.startsWith(failurePrefix) === true || message?.startsWith(limitPrefix) === true
    ? message
    : undefined;
}

/** What a message of our macros says. */
function readOwnFailure(
  raised: string,
): { readonly reason: string; readonly limit?: MetLimit } | undefined {
  if (raised.startsWith(failurePrefix)) return { reason: raised.slice(failurePrefix.length) };
  const limit = readLimit(raised.slice(limitPrefix.length));
  return limit && { reason: describeLimit(limit), limit };
}

/** Of a value that DuckDB cannot compute with, in code units. */
const mostShown = 100;

function describeLimit({ limit, detail }: MetLimit): string {
  const line = detail.replace(/\s+/g, ' ').trim();
  const short = line.length > mostShown ? `${line.slice(0, mostShown)}…` : line;
  const shown = short === '' ? '' : ` (${short})`;
  return `DuckDB cannot compute this value: ${limit.what}${shown}`;
}

/** Returns what helps, where DuckDB says nothing or, as with its nearest table of any kind, nothing that helps. */
function ownAdvice(reason: string): string | undefined {
  if (/^Overflow in (?:addition|subtraction|multiplication|negation) of /.test(reason)) {
    return 'cast an operand to a type with more room (bigint, decimal(38, 0)); where one before it may be NULL, write CASE WHEN … IS NOT NULL THEN … END';
  }
  if (reason.startsWith('Cannot cast ')) {
    return 'TRY_CAST(… AS …) gives NULL for values that cannot be cast';
  }
  if (reason.startsWith('MERGE: more than one source row')) {
    return 'return one row for each unique_key, for instance the one of row_number() 1';
  }
  const [, table] = /^Table with name (.*) does not exist$/s.exec(reason) ?? [];
  return table === undefined
    ? undefined
    : `if it is a model, refer to it as {{ ref('${table}') }} and build it first; if it comes from elsewhere, check its name and schema`;
}

/**
 * Returns what an exception of the DuckDB binding says. Connections print errors as JSON (`errors_as_json`). `isTranslated`: the SQL
 * was Athena's; where it is DuckDB's own, what DuckDB cannot compute is no limit beside Athena.
 */
export function readEngineError(
  error: unknown,
  { isTranslated = true }: { readonly isTranslated?: boolean } = {},
): EngineError {
  const message = error instanceof Error ? error.message : String(error);
  const { exception_type, exception_message, position, name } =
    readJson(message) ?? readText(message);
  const [first = '', ...rest] = (exception_message ?? message).trim().split('\n');
  const advice = rest
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
  const told = { type: exception_type ?? '', name };
  // The values in what our macros say may have several lines.
  const raised = readRaised(
    (exception_message ?? message).trim().replace(/\n\nCandidate time zones: .*$/s, ''),
  );
  const own = raised === undefined ? undefined : readOwnFailure(raised);
  const reason = own?.reason ?? first.trim().replace(/[!.]+$/, '');
  const limit = own !== undefined ? own.limit : isTranslated ? findRawLimit(reason) : undefined;
  if (limit !== undefined) {
    return {
      ...told,
      reason: describeLimit(limit),
      advice: `${limit.limit.nextStep}; or run it on Athena`,
      offset: own === undefined ? readOffset(position) : undefined,
      limit,
      ...(raised !== undefined && { raised }),
    };
  }
  return {
    ...told,
    reason,
    // What DuckDB adds to our own messages are other casts and time zones.
    advice: ownAdvice(reason) ?? (advice === '' || own !== undefined ? undefined : advice),
    // That of our own is a place in the text of a macro.
    offset: own === undefined ? readOffset(position) : undefined,
    ...(raised !== undefined && { raised }),
  };
}

function readOffset(position: string | undefined): number | undefined {
  return position === undefined ? undefined : Number(position);
}

/** Returns the code that an error gets, unless it is one of files, of the disk, or a stop. */
export function codeOf({ limit }: EngineError): 'engine-limit' | 'engine-error' {
  return limit === undefined ? 'engine-error' : 'engine-limit';
}

/** Returns the place of an error in its statement. `offset` counts bytes of UTF-8, as DuckDB does. */
export function locateOffset(statement: string, offset: number): LineColumn | undefined {
  const bytes = Buffer.from(statement);
  if (offset > bytes.length) return undefined;
  return indexLines(statement).locate(bytes.subarray(0, offset).toString().length);
}

/** Returns whether the statement names, at the place of the error, what the error says is missing. */
export function namesCulprit(statement: string, { offset, name }: EngineError): boolean {
  if (offset === undefined || name === undefined) return false;
  const rest = Buffer.from(statement)
    .subarray(offset, offset + 400)
    .toString();
  return /^[^\s,()]*/.exec(rest.toLowerCase())?.[0].includes(name.toLowerCase()) === true;
}

/** Returns whether the disk, or the room that DuckDB may use on it, is full. */
export function isDiskFull({ reason, advice }: EngineError): boolean {
  return /no space left on device|not enough space|max_temp_directory_size|disk quota exceeded|file too large/i.test(
    `${reason} ${advice ?? ''}`,
  );
}
