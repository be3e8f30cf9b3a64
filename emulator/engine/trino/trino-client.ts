/*
 * A client of Trino's REST protocol: POST /v1/statement, then `nextUri` until there is none.
 * Source: https://trino.io/docs/current/develop/client-protocol.html
 */

/** Why Trino refused or stopped a statement. */
export class TrinoError extends Error {
  constructor(
    message: string,
    /** `TABLE_NOT_FOUND`, `DIVISION_BY_ZERO`… */
    readonly errorName: string,
    readonly errorType: 'USER_ERROR' | 'INTERNAL_ERROR' | 'INSUFFICIENT_RESOURCES' | 'EXTERNAL',
    /** Trino's id of the query. */
    readonly queryId: string,
    /** Where the statement has the mistake; lines and columns count from 1. */
    readonly location?: { readonly line: number; readonly column: number },
    /** Names and messages of what caused it, the outermost first. */
    readonly causes: readonly string[] = [],
  ) {
    super(message);
    this.name = 'TrinoError';
  }
}

/**
 * A value as the protocol sends it. Every number is the text that Trino wrote: none loses digits, `1.0E10` stays. Keys of a
 * map that are whole numbers come in ascending order, whatever their order in Trino.
 */
export type TrinoValue = null | boolean | string | TrinoValue[] | { [key: string]: TrinoValue };

export interface TrinoColumn {
  readonly name: string;
  /** In Trino's spelling: `timestamp(3) with time zone`, `row(a integer, b varchar)`. */
  readonly type: string;
}

/** What a statement gave. */
export interface TrinoResult {
  /** Trino's id of the query. */
  readonly queryId: string;
  readonly columns: readonly TrinoColumn[];
  readonly rows: readonly (readonly TrinoValue[])[];
  /** Rows written, where the statement writes. */
  readonly updateCount: number | null;
  /** Bytes read from tables. */
  readonly scannedBytes: number;
}

export interface TrinoSession {
  readonly catalog?: string;
  readonly schema?: string;
  /** Session properties by name, such as `awsdatacatalog.target_max_file_size`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** UTC if left out. */
  readonly timeZone?: string;
  readonly signal?: AbortSignal;
}

export interface TrinoClient {
  /** Runs one statement and waits for its end. Throws `TrinoError`, and the signal's reason once it is aborted. */
  run(sql: string, session?: TrinoSession): Promise<TrinoResult>;
}

interface Page {
  readonly id: string;
  readonly nextUri?: string;
  readonly columns?: readonly TrinoColumn[];
  readonly data?: readonly (readonly TrinoValue[])[];
  readonly updateCount?: string;
  readonly stats?: { readonly physicalInputBytes?: string };
  readonly error?: {
    readonly message: string;
    readonly errorName: string;
    readonly errorType: TrinoError['errorType'];
    readonly errorLocation?: { readonly lineNumber: string; readonly columnNumber: string };
    readonly failureInfo?: Failure;
  };
}

interface Failure {
  readonly type: string;
  readonly message?: string;
  readonly cause?: Failure;
}

/** Reads JSON, its numbers as texts. */
function readJson(text: string): unknown {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  return JSON.parse(quoted) as unknown;
}

function causesOf(failure: Failure | undefined): readonly string[] {
  return failure === undefined
    ? []
    : [`${failure.type}: ${failure.message ?? ''}`, ...causesOf(failure.cause)];
}

function toError(
  { message, errorName, errorType, errorLocation, failureInfo }: NonNullable<Page['error']>,
  queryId: string,
): TrinoError {
  return new TrinoError(
    message,
    errorName,
    errorType,
    queryId,
    errorLocation && {
      line: Number(errorLocation.lineNumber),
      column: Number(errorLocation.columnNumber),
    },
    causesOf(failureInfo),
  );
}

function headersOf({ catalog, schema, properties = {}, timeZone = 'UTC' }: TrinoSession) {
  const list = Object.entries(properties).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  );
  return {
    'X-Trino-User': 'stedi',
    'X-Trino-Source': 'stedi-sql',
    'X-Trino-Time-Zone': timeZone,
    // Without it, all times come with three digits of a second.
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    ...(catalog !== undefined && { 'X-Trino-Catalog': catalog }),
    ...(schema !== undefined && { 'X-Trino-Schema': schema }),
    ...(list.length > 0 && { 'X-Trino-Session': list.join(',') }),
  };
}

const startingTries = 100;

/** Returns a client of the Trino at an address such as `http://127.0.0.1:8080`. */
export function openTrinoClient(address: string): TrinoClient {
  async function ask(url: string, request: RequestInit): Promise<Page> {
    for (let tries = 0; ; tries++) {
      const response = await fetch(url, request);
      const text = await response.text();
      if (response.ok) return readJson(text) as Page;
      // The protocol: 502, 503 and 504 are asked again.
      if (![502, 503, 504].includes(response.status) || tries === startingTries) {
        throw new Error(`Trino at ${address} answered ${response.status}: ${text.slice(0, 500)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async function run(sql: string, session: TrinoSession = {}): Promise<TrinoResult> {
    const { signal } = session;
    signal?.throwIfAborted();
    const headers = headersOf(session);
    let page = await ask(`${address}/v1/statement`, { method: 'POST', headers, body: sql });
    const rows: (readonly TrinoValue[])[] = [];
    let columns: readonly TrinoColumn[] = [];
    for (;;) {
      if (page.error !== undefined) throw toError(page.error, page.id);
      columns = page.columns ?? columns;
      for (const row of page.data ?? []) rows.push(row);
      const { nextUri } = page;
      if (nextUri === undefined) break;
      try {
        signal?.throwIfAborted();
        page = await ask(nextUri, { headers, ...(signal && { signal }) });
      } catch (error) {
        if (signal?.aborted === true) await fetch(nextUri, { method: 'DELETE', headers });
        throw error;
      }
    }
    return {
      queryId: page.id,
      columns: columns.map(({ name, type }) => ({ name, type })),
      rows,
      updateCount: page.updateCount === undefined ? null : Number(page.updateCount),
      scannedBytes: Number(page.stats?.physicalInputBytes ?? 0),
    };
  }

  return { run };
}
