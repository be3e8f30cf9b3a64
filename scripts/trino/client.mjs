// A client of Trino's REST protocol: https://trino.io/docs/current/develop/client-protocol.html

const capabilities = 'PARAMETRIC_DATETIME';

/** Reads JSON with its numbers as texts: those of a bigint do not fit a number of JavaScript. */
function parseExactly(text) {
  return JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    ),
  );
}

/**
 * Runs one statement on the server at `address` (`http://127.0.0.1:8080`), in UTC and English, and returns
 * `{ columns, rows }`, numbers as texts, or `{ error, message }` with Trino's name of the error.
 */
export async function runStatement(address, sql) {
  let response = await fetch(new URL('/v1/statement', address), {
    method: 'POST',
    headers: {
      'X-Trino-User': 'stedi-sql',
      'X-Trino-Time-Zone': 'UTC',
      'X-Trino-Language': 'en',
      'X-Trino-Client-Capabilities': capabilities,
    },
    body: sql,
  });
  let columns;
  const rows = [];
  for (;;) {
    const text = await response.text();
    if (!response.ok) throw new Error(`Trino at ${address}: ${response.status} ${text}`);
    const page = JSON.parse(text);
    columns ??= page.columns;
    if (page.data) rows.push(...parseExactly(text).data);
    if (page.error) return { error: page.error.errorName, message: page.error.message };
    if (!page.nextUri) return { columns, rows };
    response = await fetch(page.nextUri);
  }
}
