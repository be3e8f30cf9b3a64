// Runs one SQL script on a new DuckDB file: `node duckdb-script.mjs <script.sql> <database>`. What a build is compared with.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [script, database] = process.argv.slice(2);
const instance = await DuckDBInstance.create(database, { storage_compatibility_version: 'v1.4.0' });
const connection = await instance.connect();
await connection.run(readFileSync(script, 'utf8'));
connection.closeSync();
instance.closeSync();
