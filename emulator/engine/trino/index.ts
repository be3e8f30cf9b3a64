import { createSqlToolkit } from '../../../src/sql/index.js';
import {
  EngineError,
  type Engine,
  type StatementOutcome,
  type StatementRequest,
} from '../../core/engine.js';
import type { GlueCatalog } from '../../core/glue-catalog.js';
import type { ObjectStore } from '../../core/object-store.js';
import type { TableDefinitions } from '../../core/table-format.js';
import { runCatalogStatement, type CatalogStatement } from '../ddl/run-catalog-statement.js';
import { cancelledError, fromGlueError } from '../errors.js';
import { bindStatement } from '../sql/bind-parameters.js';
import { parseStatement, scanStatement } from '../sql/parse-statement.js';
import { runHead } from './run-head.js';
import { attachCatalogs } from './trino-catalogs.js';
import { openTrinoClient } from './trino-client.js';
import type { TrinoContext } from './trino-context.js';
import { readHead } from './read-head.js';

export interface TrinoEngineParts {
  readonly objects: ObjectStore;
  readonly glue: GlueCatalog;
  readonly iceberg: TableDefinitions;
  /** Where Trino listens: `http://127.0.0.1:18476`. */
  readonly address: string;
}

/**
 * Returns the SQL engine that is a real Trino with its Hive and Iceberg connectors, over the local Glue and S3. What Hive's
 * dialect says of the catalog is done here, as Athena does it without Trino; queries and changes of rows go to Trino as they
 * stand.
 */
export function createTrinoEngine({ objects, glue, iceberg, address }: TrinoEngineParts): Engine {
  const client = openTrinoClient(address);
  const toolkit = createSqlToolkit();
  const running = new Set<Promise<unknown>>();
  let port = 0;

  async function run(context: TrinoContext): Promise<Omit<StatementOutcome, 'scannedBytes'>> {
    const { sql } = context.request;
    const scanned = scanStatement(sql);
    if (scanned.dialect === 'hive') {
      return runCatalogStatement(context, parseStatement(sql) as CatalogStatement);
    }
    return runHead(context, readHead(sql, scanned), scanned);
  }

  async function execute(request: StatementRequest): Promise<StatementOutcome> {
    const sql = bindStatement(toolkit, request, scanStatement(request.sql));
    const scanned = { bytes: 0 };
    const { queryId, signal } = request;
    const own = { ...request, sql };
    try {
      const outcome = await run({
        ...{ request: own, queryId, signal, objects, glue, iceberg },
        ...{ client, toolkit, port, scanned },
      });
      return { ...outcome, scannedBytes: scanned.bytes };
    } catch (error) {
      const isOurs = error instanceof EngineError && error.type === cancelledError().type;
      if (signal.aborted && !isOurs) throw cancelledError();
      throw fromGlueError(error);
    }
  }

  return {
    classify(sql) {
      const { statementType, substatementType } = scanStatement(sql);
      return { statementType, substatementType };
    },
    execute(request) {
      const work = execute(request);
      const settled = work.then(
        () => undefined,
        () => undefined,
      );
      running.add(settled);
      void settled.then(() => running.delete(settled));
      return work;
    },
    async attach(ownPort) {
      port = ownPort;
      const isThere = await fetch(`${address}/v1/info`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (!isThere) throw new Error(`no Trino answers on ${address}: npm run trino:start`);
      await attachCatalogs(client, ownPort);
    },
    async close() {
      await Promise.all(running);
    },
  };
}
