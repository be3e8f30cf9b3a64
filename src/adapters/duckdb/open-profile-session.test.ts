import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNativeDialect } from './native/native-dialect.js';
import { openDuckDb } from './index.js';
import type { ProfileSession } from './profile-session.js';
import { createFolder, type Folder } from './testing/warehouse.js';

const nothing: ProfileSession = { attach: [], extensions: [], settings: {}, configOptions: {} };

describe('what a profile says of connections', () => {
  let folder: Folder;
  beforeEach(() => (folder = createFolder()));
  afterEach(() => folder.remove());

  async function open(session: Partial<ProfileSession>, path = 'w.duckdb') {
    const config = { path, root: folder.root, session: { ...nothing, ...session } };
    return openDuckDb(config, { dialect: createNativeDialect() });
  }

  async function rowsOf(session: Partial<ProfileSession>, sql: string, path?: string) {
    const opened = await open(session, path);
    if (!opened.ok) throw new Error(opened.diagnostics[0]?.message);
    const { signal } = new AbortController();
    const through = await opened.value.openSession();
    const result = await through.query(sql, { limit: null, signal });
    await through.close();
    await opened.value.close();
    return result.ok ? result.value.rows : result.failure.diagnostic.message;
  }

  it('holds in every connection', async () => {
    const session = { settings: { integer_division: 'true', TimeZone: 'Asia/Tokyo' } };
    const sql = "select 5 / 2, current_setting('TimeZone')";
    expect(await rowsOf(session, sql)).toEqual([[2, 'Asia/Tokyo']]);
  });

  it('attaches databases, whose schemas are in the catalog', async () => {
    await rowsOf({}, 'create table t as select 1 as a', 'other.duckdb');
    const attach = [{ path: 'other.duckdb', alias: 'oth', options: ['READ_ONLY'] }];
    const opened = await open({ attach });
    if (!opened.ok) throw new Error(opened.diagnostics[0]?.message);
    const relation = { database: 'oth', schema: 'main', identifier: 't', type: 'table' } as const;
    const catalog = await opened.value.readCatalog(['main'], [relation]);
    await opened.value.close();
    expect(catalog.ok && [...catalog.value.relations.values()]).toEqual([
      { relation, columns: [{ name: 'a', type: 'INTEGER' }] },
    ]);
  });

  it('warns of extensions that cannot be had, and of their settings', async () => {
    const extensions = [{ name: 'no_such_extension', repository: '/nowhere' }];
    const opened = await open({ extensions, settings: { s3_region: 'eu-west-1' } });
    expect(opened.ok).toBe(true);
    expect(opened.diagnostics.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', expect.stringContaining("'no_such_extension' could not be loaded") as string],
      ['warning', expect.stringContaining("one of the extension 'httpfs'") as string],
    ]);
    if (opened.ok) await opened.value.close();
  });

  it.each([
    ['a setting', { settings: { no_such_setting: '1' } }, "the setting 'no_such_setting'"],
    ['an option', { configOptions: { no_such_option: '1' } }, 'no_such_option'],
    ['a file', { attach: [{ path: 'no/such/file.db', options: [] }] }, "the database 'no/such"],
  ])('does not open with %s that DuckDB does not know', async (_what, session, message) => {
    const opened = await open(session);
    expect(opened.diagnostics).toMatchObject([
      { code: 'connection-failed', message: expect.stringContaining(message) as string },
    ]);
  });
});
