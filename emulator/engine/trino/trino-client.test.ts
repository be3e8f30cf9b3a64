import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openTrinoClient, TrinoError } from './trino-client.js';

/** A server that gives the pages one after the other, and what it was asked. */
async function serve(pages: readonly string[]) {
  const asked: { method: string; url: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers });
    if (method === 'DELETE') return response.writeHead(204).end();
    const page = pages[asked.length - 1] ?? '503';
    if (page === '503') return response.writeHead(503).end();
    return response.end(page.replaceAll('HERE', `http://${headers.host ?? ''}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    client: openTrinoClient(`http://127.0.0.1:${port}`),
    close: () => server.close(),
  };
}

describe('the client of Trino’s protocol', () => {
  let close = (): unknown => undefined;
  afterEach(() => close());

  it('follows the pages, asks again where the server is busy, and loses no digit', async () => {
    const server = await serve([
      '{"id": "q", "nextUri": "HERE/1", "stats": {}}',
      '503',
      '{"id": "q", "nextUri": "HERE/2", "columns": [{"name": "a", "type": "bigint"}], "data": [[9223372036854775807, 1.0E10, -0.5, "12 \\"3\\""]]}',
      '{"id": "q", "data": [[null, true, [1], {"k": 2}]], "updateCount": 7, "stats": {"physicalInputBytes": 5}}',
    ]);
    close = server.close;
    expect(await server.client.run('select 1', { catalog: 'c', schema: 's' })).toEqual({
      queryId: 'q',
      columns: [{ name: 'a', type: 'bigint' }],
      rows: [
        ['9223372036854775807', '1.0E10', '-0.5', '12 "3"'],
        [null, true, ['1'], { k: '2' }],
      ],
      updateCount: 7,
      scannedBytes: 5,
    });
    expect(server.asked[0]).toMatchObject({ method: 'POST', url: '/v1/statement' });
    expect(server.asked[0]?.headers).toMatchObject({
      'x-trino-catalog': 'c',
      'x-trino-schema': 's',
      'x-trino-time-zone': 'UTC',
    });
  });

  it('throws what Trino refuses, with its place', async () => {
    const server = await serve([
      '{"id": "q", "error": {"message": "line 2:3: no", "errorName": "TABLE_NOT_FOUND", "errorType": "USER_ERROR", "errorLocation": {"lineNumber": 2, "columnNumber": 3}, "failureInfo": {"type": "a.B", "message": "x", "cause": {"type": "c.D"}}}}',
    ]);
    close = server.close;
    const error: unknown = await server.client.run('select 1').catch((each: unknown) => each);
    expect(error).toBeInstanceOf(TrinoError);
    expect(error).toMatchObject({
      errorName: 'TABLE_NOT_FOUND',
      queryId: 'q',
      location: { line: 2, column: 3 },
      causes: ['a.B: x', 'c.D: '],
    });
  });

  it('stops the query when it is aborted', async () => {
    const server = await serve(['{"id": "q", "nextUri": "HERE/1"}']);
    close = server.close;
    const controller = new AbortController();
    const running = server.client.run('select 1', { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('stopped')), 20);
    await expect(running).rejects.toThrow();
    expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', url: '/1' });
  });
});
