import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call, Fault } from '../core/calls.js';
import { ServiceError, type JsonService } from '../core/service.js';
import type { S3Service } from '../s3/s3-service.js';
import { nameOperation, parseS3Request } from '../s3/s3-request.js';
import type { StsService } from '../sts/sts-service.js';
import {
  errorAnswer,
  jsonAnswer,
  jsonType,
  requestIdOf,
  sendAnswer,
  type Answer,
} from './answer.js';
import { DroppedConnection, type CallGate } from './call-gate.js';
import { findAccessKey } from './credentials.js';
import { splitFailedEntries } from './partial-failures.js';
import { parseJsonObject, readBody } from './read-body.js';

/** The services behind one address; a JSON service by its `X-Amz-Target` prefix. */
export interface Services {
  readonly athena?: JsonService;
  readonly glue: JsonService;
  readonly lakeformation: JsonService;
  readonly s3: S3Service;
  readonly sts: StsService;
}

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Ends open connections, too. */
  close(): Promise<void>;
}

const targets: Readonly<Record<string, 'athena' | 'glue'>> = {
  AmazonAthena: 'athena',
  AWSGlue: 'glue',
};

/** A request once it is known whose it is: what to log, and what to do. */
interface Routed {
  readonly call: Omit<Call, 'number'>;
  /** Whether the request carries credentials; those that do not are refused before any effect. */
  readonly isSigned: boolean;
  readonly effect: (call: Call, failEntries: Fault['failEntries']) => Promise<Answer>;
  readonly discard?: () => Promise<void>;
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function startHttpServer(
  services: Services,
  gate: CallGate,
  port: number,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answerRequest(services, gate, request, response).catch(() => {
      // The client went away, or a fault drops the connection.
      request.socket.destroy();
    });
  });
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerRequest(
  services: Services,
  gate: CallGate,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const routed = await routeRequest(services, request);
  let callNumber = 0;
  let answer: Answer;
  try {
    answer = await gate.pass(routed.call, (call, failEntries) => {
      callNumber = call.number;
      return routed.isSigned
        ? routed.effect(call, failEntries)
        : Promise.reject(missingCredentials(call.service));
    });
  } catch (error) {
    if (error instanceof DroppedConnection) {
      throw error;
    }
    const known = error instanceof ServiceError ? error : internalError(routed.call.service, error);
    answer = errorAnswer(routed.call.service, known, requestIdOf(callNumber));
  } finally {
    await routed.discard?.();
  }
  const isHead = request.method === 'HEAD';
  await sendAnswer(response, answer, { requestId: requestIdOf(callNumber), isHead });
}

async function routeRequest(services: Services, request: IncomingMessage): Promise<Routed> {
  const { method = 'GET', url = '/', headers } = request;
  const mark = url.indexOf('?');
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const path = mark === -1 ? url : url.slice(0, mark);
  const accessKey = findAccessKey(headers, query);
  const isSigned = accessKey !== undefined;
  const target = headers['x-amz-target'];
  const source = request as AsyncIterable<Buffer>;
  if (typeof target === 'string') {
    const [prefix = '', operation = ''] = target.split('.');
    const name = targets[prefix] ?? 'athena';
    const service = targets[prefix] === undefined ? undefined : services[name];
    return { ...(await routeJson(service, name, operation, { source, accessKey })), isSigned };
  }
  if (method === 'POST' && /^\/[A-Z][A-Za-z]+$/.test(path)) {
    const { lakeformation } = services;
    return {
      ...(await routeJson(lakeformation, 'lakeformation', path.slice(1), { source, accessKey })),
      isSigned,
    };
  }
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  if ((method === 'POST' && path === '/' && isForm) || query.has('Action')) {
    const form = new URLSearchParams(await readBody(source));
    const parameters = form.has('Action') ? form : query;
    const operation = parameters.get('Action') ?? '';
    return {
      call: { service: 'sts', operation, subject: parameters.get('RoleArn') ?? '' },
      isSigned,
      effect: (call) =>
        services.sts.handle(operation, parameters, accessKey ?? '', requestIdOf(call.number)),
    };
  }
  return { ...(await routeS3(services.s3, request)), isSigned };
}

async function routeJson(
  service: JsonService | undefined,
  name: JsonService['name'],
  operation: string,
  { source, accessKey }: { source: AsyncIterable<Buffer>; accessKey: string | undefined },
): Promise<Omit<Routed, 'isSigned'>> {
  const input = await settle(async () => parseJsonObject(await readBody(source)));
  const subject = 'value' in input ? (service?.subject(operation, input.value) ?? '') : '';
  return {
    call: { service: name, operation, subject },
    effect: async (_call, failEntries) => {
      if (service?.has(operation) !== true) {
        throw new ServiceError('UnknownOperationException', `The local AWS has no ${operation}`);
      }
      const { kept, merge } = splitFailedEntries(operation, take(input), failEntries);
      const answer = kept === undefined ? {} : await service.handle(operation, kept, { accessKey });
      return jsonAnswer(merge(answer), jsonType(name));
    },
  };
}

async function routeS3(s3: S3Service, request: IncomingMessage): Promise<Omit<Routed, 'isSigned'>> {
  const { method = 'GET', url = '/', headers } = request;
  const s3Request = parseS3Request(method, url, headers);
  const { bucket, key, query } = s3Request;
  const operation = nameOperation(s3Request);
  const body = await settle(() => s3.receive(s3Request, request as AsyncIterable<Buffer>));
  const path = key === '' ? `${bucket}/${query.get('prefix') ?? ''}` : `${bucket}/${key}`;
  return {
    call: { service: 's3', operation, subject: bucket === '' ? '' : path },
    effect: (_call, failEntries) => s3.handle(operation, s3Request, take(body), failEntries),
    ...('value' in body ? { discard: () => s3.discard(body.value) } : {}),
  };
}

type Settled<Value> = { readonly value: Value } | { readonly error: unknown };

/** An error of the request's own becomes a part of the call, which is numbered all the same; others go on. */
async function settle<Value>(work: () => Promise<Value>): Promise<Settled<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof ServiceError) {
      return { error };
    }
    throw error;
  }
}

function take<Value>(settled: Settled<Value>): Value {
  if ('error' in settled) {
    throw settled.error as ServiceError;
  }
  return settled.value;
}

function missingCredentials(service: Call['service']): ServiceError {
  switch (service) {
    case 's3':
      return new ServiceError('AccessDenied', 'Access Denied', 403);
    case 'sts':
      return new ServiceError(
        'MissingAuthenticationToken',
        'Request is missing Authentication Token',
        403,
      );
    default:
      return new ServiceError(
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
        403,
      );
  }
}

/** What the emulator did not expect is a defect of its own: its text goes back, so that it is seen. */
function internalError(service: Call['service'], error: unknown): ServiceError {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  switch (service) {
    case 's3':
      return new ServiceError('InternalError', message, 500);
    case 'sts':
      return new ServiceError('InternalFailure', message, 500);
    case 'glue':
    case 'lakeformation':
      return new ServiceError('InternalServiceException', message, 500);
    default:
      return new ServiceError('InternalServerException', message, 500);
  }
}
