import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call as the server sees it. */
export interface ScriptedCall {
  readonly operation: string;
  /** The body of AWS JSON; of S3 the XML or text. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** The path and query of an S3 call. */
  readonly url: string;
  /** How many calls of this operation there were, this one included. */
  readonly count: number;
}

/** An error as AWS answers it. */
export interface ScriptedError {
  readonly status?: number;
  readonly code: string;
  readonly message?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What the server answers: a body, an error, a broken connection, or nothing at all. */
export type Answer =
  { readonly body: object | string } | { readonly error: ScriptedError } | 'drop' | 'hang';

export type Script = (call: ScriptedCall) => Answer | Promise<Answer>;

/** A server that the AWS SDK talks to and a test speaks through: for what no emulator has to do right. */
export interface ScriptedAws {
  readonly endpoint: string;
  readonly calls: readonly ScriptedCall[];
  setScript(script: Script): void;
  close(): Promise<void>;
}

function s3Operation(request: IncomingMessage): string {
  const url = request.url ?? '';
  if (request.method === 'POST' && /[?&]delete/.test(url)) return 'DeleteObjects';
  if (request.method === 'PUT') return 'PutObject';
  return /[?&]list-type=2/.test(url) ? 'ListObjectsV2' : 'GetObject';
}

function sendError(response: ServerResponse, error: ScriptedError, json: boolean): void {
  const { status = 400, code, message = code, fields = {} } = error;
  if (json) {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: code, message, Message: message, ...fields }));
  } else {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  }
}

/** Starts the server on a free port of this machine. */
export async function startScriptedAws(initial: Script): Promise<ScriptedAws> {
  const calls: ScriptedCall[] = [];
  let script = initial;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const target = request.headers['x-amz-target'];
    const json = typeof target === 'string';
    const operation = json ? (target.split('.')[1] ?? '') : s3Operation(request);
    const count = calls.filter((each) => each.operation === operation).length + 1;
    const call: ScriptedCall = {
      operation,
      input: json ? (JSON.parse(body) as Record<string, unknown>) : {},
      body,
      url: request.url ?? '',
      count,
    };
    calls.push(call);
    const given = await script(call);
    if (given === 'hang') return;
    if (given === 'drop') {
      request.socket.destroy();
    } else if ('error' in given) {
      sendError(response, given.error, json);
    } else if (typeof given.body === 'string') {
      response.writeHead(200, { 'content-type': 'application/xml', etag: '"e1"' });
      response.end(given.body);
    } else {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(given.body));
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      sendError(response, { status: 418, code: 'ScriptFailed', message: String(error) }, true);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    setScript: (next) => (script = next),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
