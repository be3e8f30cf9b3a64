import { ServiceError } from '../core/service.js';

/** The most bytes of a request in JSON or a form; far more than any of the APIs takes. */
const maxBytes = 32 * 1024 ** 2;

/** Reads a body into memory. Throws `ServiceError` `RequestEntityTooLarge`, after reading on to its end. */
export async function readBody(source: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size <= maxBytes) {
      pieces.push(piece);
    }
  }
  if (size > maxBytes) {
    throw new ServiceError('RequestEntityTooLarge', 'The request is too large', 413);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Reads a JSON object; no body at all is an empty one. Throws `SerializationException`. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Said below.
  }
  throw new ServiceError('SerializationException', 'The request is not a JSON object');
}
