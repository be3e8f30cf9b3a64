import { describe, expect, test } from 'vitest';
import { decodeAwsChunked } from './aws-chunked.js';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < text.length; start += size) {
    yield await Promise.resolve(Buffer.from(text.slice(start, start + size)));
  }
}

async function decode(text: string, size: number): Promise<{ data: string; trailers: string[] }> {
  const trailers = new Map<string, string>();
  const pieces: Buffer[] = [];
  for await (const piece of decodeAwsChunked(inPieces(text, size), trailers)) {
    pieces.push(piece);
  }
  const data = Buffer.concat(pieces).toString();
  return { data, trailers: [...trailers].map(([name, value]) => `${name}=${value}`) };
}

const body =
  '5;chunk-signature=abc\r\nhello\r\n7\r\n, \r\nyou\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';

describe('decodeAwsChunked', () => {
  test.each([1, 2, 3, 7, 1000])('joins chunks that come %i bytes at a time', async (size) => {
    expect(await decode(body, size)).toEqual({
      data: 'hello, \r\nyou',
      trailers: ['x-amz-checksum-crc32=NhCmhg=='],
    });
  });

  test.each([
    ['5\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['0\r\n\r\n', ''],
    ['0\r\n', ''],
  ])('reads %j', async (text, data) => {
    expect((await decode(text, 4)).data).toBe(data);
  });

  test.each(['', '5\r\nhel', '5\r\nhello\r\n', '5\r\nhellooo\r\n0\r\n\r\n', 'five\r\nhello\r\n'])(
    'refuses %j, which breaks off or is of another form',
    async (text) => {
      await expect(decode(text, 3)).rejects.toMatchObject({ code: 'IncompleteBody' });
    },
  );
});
