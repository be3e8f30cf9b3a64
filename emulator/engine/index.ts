import { createDuckDbDialect } from '../../src/adapters/duckdb/dialect.js';
import { createSqlToolkit } from '../../src/sql/index.js';
import type { Engine, StatementRequest } from '../core/engine.js';
import { EngineError } from '../core/engine.js';
import type { GlueCatalog } from '../core/glue-catalog.js';
import type { ObjectStore } from '../core/object-store.js';
import type { TableFormat } from '../core/table-format.js';
import { createIcebergFormat } from '../iceberg/iceberg-format.js';
import { openDuckInstance } from './duck/duck-instance.js';
import { openSession } from './duck/duck-session.js';
import { cancelledError, fromGlueError } from './errors.js';
import { runStatement } from './run-statement.js';
import { findTargetGlue } from './find-target-glue.js';
import { bindStatement } from './sql/bind-parameters.js';
import { classifyStatement, parseStatement } from './sql/parse-statement.js';

export interface EngineParts {
  readonly objects: ObjectStore;
  readonly glue: GlueCatalog;
  /** Returns the Glue catalog that statements mean by the name of a data catalog; the account's own alone if left out. */
  readonly findGlue?: (name: string) => GlueCatalog | undefined;
  /** What reads and writes Iceberg tables; that of emulator/iceberg if left out. */
  readonly iceberg?: TableFormat;
}

/**
 * Opens the SQL engine: statements of Athena's two dialects over the objects and tables given, run by DuckDB. Statements
 * may run at the same time; each sees what is in Glue and in the objects when it begins to read, and nothing else.
 */
export async function createEngine({
  objects,
  glue,
  findGlue = (name) => (name.toLowerCase() === 'awsdatacatalog' ? glue : undefined),
  iceberg = createIcebergFormat(),
}: EngineParts): Promise<Engine> {
  const instance = await openDuckInstance();
  const toolkit = createSqlToolkit();
  const dialect = createDuckDbDialect(toolkit);
  const running = new Set<Promise<unknown>>();

  async function execute(request: StatementRequest) {
    const sql = bindStatement(toolkit, request, classifyStatement(request.sql));
    const statement = parseStatement(sql);
    const target = findTargetGlue(statement, request.catalog, findGlue);
    const duck = await openSession(instance, request.signal);
    const scanned = { bytes: 0 };
    const { queryId, signal } = request;
    try {
      const outcome = await runStatement(
        {
          request: { ...request, sql },
          queryId,
          signal,
          objects,
          glue: target,
          catalog: request.catalog.toLowerCase(),
          findGlue,
          iceberg,
          toolkit,
          dialect,
          duck,
          scanned,
        },
        statement,
      );
      return { ...outcome, scannedBytes: scanned.bytes };
    } catch (error) {
      if (
        signal.aborted &&
        !(error instanceof EngineError && error.type === cancelledError().type)
      ) {
        throw cancelledError();
      }
      throw fromGlueError(error);
    } finally {
      await duck.close();
    }
  }

  return {
    classify: classifyStatement,
    execute(request) {
      const run = execute(request);
      const settled = run.then(
        () => undefined,
        () => undefined,
      );
      running.add(settled);
      void settled.then(() => running.delete(settled));
      return run;
    },
    async close() {
      await Promise.all(running);
      instance.close();
    },
  };
}
