import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Call } from '../core/calls.js';
import type { ServiceError } from '../core/service.js';
import type { FileSlice } from '../s3/s3-request.js';
import { writeXml, type XmlElements } from '../s3/xml.js';

/** What goes back over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FileSlice;
}

/** Returns the answer of an API that speaks AWS JSON; dates are seconds since 1970. */
export function jsonAnswer(body: object, contentType: string): Answer {
  const text = JSON.stringify(body, function (this: Record<string, unknown>, key, value: unknown) {
    // `value` went through Date.toJSON already; the date itself is in its parent.
    const raw = this[key];
    return raw instanceof Date ? raw.getTime() / 1000 : value;
  });
  return { status: 200, headers: { 'content-type': contentType }, body: text };
}

/** Returns an error as the service's protocol spells it. */
export function errorAnswer(
  service: Call['service'],
  error: ServiceError,
  requestId: string,
): Answer {
  const { code, message, status, fields } = error;
  switch (service) {
    case 's3':
      return {
        status,
        headers: { 'content-type': 'application/xml' },
        body: writeXml('Error', {
          Code: code,
          Message: message,
          ...(fields as XmlElements),
          RequestId: requestId,
          HostId: 'local',
        }),
      };
    case 'sts':
      return {
        status,
        headers: { 'content-type': 'text/xml' },
        body: writeXml(
          'ErrorResponse',
          {
            Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
            RequestId: requestId,
          },
          'https://sts.amazonaws.com/doc/2011-06-15/',
        ),
      };
    default:
      return {
        ...jsonAnswer({ __type: code, message, Message: message, ...fields }, jsonType(service)),
        status,
        headers: { 'content-type': jsonType(service), 'x-amzn-errortype': code },
      };
  }
}

/** The content type of a service that speaks JSON: Lake Formation is REST, the others are JSON 1.1. */
export function jsonType(service: Call['service']): string {
  return service === 'lakeformation' ? 'application/json' : 'application/x-amz-json-1.1';
}

/** Returns the id of a request: its call's number in the form that the services give theirs. */
export function requestIdOf(callNumber: number): string {
  return `00000000-0000-4000-8000-${String(callNumber).padStart(12, '0')}`;
}

/** Sends an answer; of a HEAD request everything but the body. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  { requestId, isHead }: { readonly requestId: string; readonly isHead: boolean },
): Promise<void> {
  const { status, headers, body } = answer;
  const length =
    typeof body === 'string' ? Buffer.byteLength(body) : body === undefined ? 0 : body.length;
  response.writeHead(status, {
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...(status === 204 || status === 304 ? {} : { 'content-length': String(length) }),
    ...headers,
  });
  if (isHead || body === undefined || length === 0) {
    response.end();
  } else if (typeof body === 'string') {
    response.end(body);
  } else {
    const end = body.start + body.length - 1;
    await pipeline(createReadStream(body.path, { start: body.start, end }), response);
  }
}
