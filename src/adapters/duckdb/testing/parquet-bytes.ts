import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '../quote.js';

/** Returns the bytes of a Parquet file with the rows of a query in DuckDB's SQL. */
export async function parquetBytes(query: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'stedi-parquet-'));
  const path = join(folder, 'rows.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`copy (${query}) to ${quoteText(path)} (format parquet)`);
    return readFileSync(path);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}
