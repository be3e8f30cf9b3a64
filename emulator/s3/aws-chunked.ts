import { ServiceError } from '../core/service.js';

/**
 * Yields the data of an `aws-chunked` body: `size[;chunk-signature=…] CRLF data CRLF …`, a chunk of size 0, then trailers
 * (`x-amz-checksum-crc32:…`), which are put into `trailers`. Signatures are not checked. Throws `ServiceError`
 * `IncompleteBody` where the body ends too early or is not of this form (S3 API Reference, "Signature calculations:
 * transferring payload in multiple chunks").
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of the chunk still to come; `undefined` between chunks; -1 once trailers are read. */
  let open: number | undefined;
  let afterData = false;
  for await (const piece of source) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    for (;;) {
      if (open !== undefined && open > 0) {
        if (rest.length === 0) {
          break;
        }
        const data = rest.subarray(0, open);
        open -= data.length;
        rest = rest.subarray(data.length);
        if (open === 0) {
          open = undefined;
          afterData = true;
        }
        yield data;
        continue;
      }
      const end = rest.indexOf('\r\n');
      if (end === -1) {
        break;
      }
      const line = rest.subarray(0, end).toString('latin1');
      rest = rest.subarray(end + 2);
      if (open === -1) {
        readTrailer(line, trailers);
      } else if (afterData) {
        if (line !== '') {
          throw incompleteBody();
        }
        afterData = false;
      } else {
        open = readSize(line);
      }
    }
  }
  // The last line of trailers may come without its line break.
  if (open === -1) {
    readTrailer(rest.toString('latin1'), trailers);
  } else {
    throw incompleteBody();
  }
}

function readSize(line: string): number {
  const [size = ''] = line.split(';');
  if (!/^[0-9a-fA-F]{1,13}$/.test(size)) {
    throw incompleteBody();
  }
  const bytes = Number.parseInt(size, 16);
  return bytes === 0 ? -1 : bytes;
}

function readTrailer(line: string, trailers: Map<string, string>): void {
  const colon = line.indexOf(':');
  if (colon > 0) {
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function incompleteBody(): ServiceError {
  return new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}
