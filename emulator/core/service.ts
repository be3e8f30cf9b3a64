/**
 * An error that an API answers with. `code` is the API's own name for it (`InvalidRequestException`); `status` the HTTP
 * status, 400 unless AWS uses another; `fields` further members of the error's body (`AthenaErrorCode`, `Reason`).
 * The server writes it in the protocol of the service: JSON (`__type`, `Message`, `message`) or XML (`Code`, `Message`).
 */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

/**
 * An API that speaks AWS JSON (Athena, Glue, and Lake Formation after its paths are read). The server counts, logs and
 * faults the call before and after `handle`; `handle` itself sees neither HTTP nor faults.
 */
export interface JsonService {
  readonly name: 'athena' | 'glue' | 'lakeformation';
  /** Whether the API has an operation of this name; the server answers `UnknownOperationException` otherwise. */
  has(operation: string): boolean;
  /** What the call is about, for logs and faults: the SQL, a query id, `db.table`. Never throws. */
  subject(operation: string, input: Readonly<Record<string, unknown>>): string;
  /**
   * Does the call and returns the answer's body; `Date` values are sent as seconds since 1970, as AWS JSON does.
   * Throws `ServiceError`; every other error is answered as `InternalServerException` (500).
   */
  handle(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    caller: { readonly accessKey: string | undefined },
  ): Promise<object>;
  /** Stops what runs in the background. */
  close?(): Promise<void>;
}
