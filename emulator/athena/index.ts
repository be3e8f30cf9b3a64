import type { EmulatorOptions } from '../core/emulator.js';
import type { Engine } from '../core/engine.js';
import { createDataCatalogs, type DataCatalogs } from '../core/data-catalogs.js';
import type { GlueCatalog } from '../core/glue-catalog.js';
import type { ObjectStore } from '../core/object-store.js';
import { ServiceError, type JsonService } from '../core/service.js';
import { catalogOperations } from './catalog-operations.js';
import { createNamedQueries } from './named-queries.js';
import type { Operations } from './operation.js';
import { createQueryFaults, type QueryFaults } from './query-faults.js';
import { createPreparedStatements } from './prepared-statements.js';
import { queryOperations } from './query-operations.js';
import { createQueryStore, type Query } from './query-store.js';
import { tagOperations, workGroupArn, type ResourceTags } from './resource-tags.js';
import { runQuery, stopQuery } from './run-query.js';
import { workGroupOperations } from './work-group-operations.js';
import { createWorkGroups } from './work-groups.js';

export interface AthenaOptions extends Pick<EmulatorOptions, 'latency' | 'quotas'> {
  readonly objects: ObjectStore;
  readonly glue: GlueCatalog;
  /** The account's own catalog alone if left out. */
  readonly catalogs?: DataCatalogs;
  readonly engine: Engine;
  /** None if left out. */
  readonly faults?: QueryFaults;
}

const noLatency = { queueMs: 0, planningMs: 0, runMs: 0 };

/**
 * Returns Athena's API (2017-05-18) but for Spark, data sources and capacity. Statements run on `engine`, all at once;
 * their results are objects in `objects`. `close` stops what still runs; the engine stays open.
 */
export function createAthenaService({
  objects,
  glue,
  catalogs = createDataCatalogs(glue, () => glue),
  engine,
  latency = () => noLatency,
  quotas = {},
  faults = createQueryFaults(),
}: AthenaOptions): JsonService {
  const workGroups = createWorkGroups();
  const namedQueries = createNamedQueries(workGroups);
  const preparedStatements = createPreparedStatements(workGroups);
  const queries = createQueryStore();
  const tags: ResourceTags = new Map();
  const running = new Set<Promise<void>>();

  const run = (query: Query) => {
    const life = runQuery(query, { objects, queries }).finally(() => running.delete(life));
    running.add(life);
  };
  const operations: Operations = {
    ...queryOperations(
      {
        objects,
        catalogs,
        engine,
        workGroups,
        preparedStatements,
        queries,
        tokens: new Map(),
        latency,
        faults,
        quotas: { dml: quotas.dml ?? 200, ddl: quotas.ddl ?? 20 },
      },
      run,
    ),
    ...workGroupOperations({ workGroups, namedQueries, preparedStatements, queries, tags }),
    ...namedQueries.operations,
    ...preparedStatements.operations,
    ...catalogOperations(catalogs),
    ...tagOperations(tags, (arn) =>
      workGroups.list().some(({ Name }) => workGroupArn(Name) === arn),
    ),
  };

  return {
    name: 'athena',
    has: (name) => Object.hasOwn(operations, name),
    subject: (_, input) => subjectOf(input),
    handle: async (name, input) => {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) throw new ServiceError('UnknownOperationException', name);
      return operation(input);
    },
    close: async () => {
      queries.active().forEach((query) => stopQuery(query));
      await Promise.allSettled(running);
    },
  };
}

/** The SQL, or the first name that the input has: a query's id, a workgroup, a statement, `database.table`. */
function subjectOf(input: Readonly<Record<string, unknown>>): string {
  const { QueryString, QueryExecutionId, QueryExecutionIds, DatabaseName, TableName } = input;
  const names = [QueryString, QueryExecutionId, QueryExecutionIds];
  const table = [DatabaseName, TableName].filter((part) => typeof part === 'string').join('.');
  const others = [table, input['StatementName'], input['NamedQueryId'], input['WorkGroup']];
  const subject = [...names, ...others, input['Name'], input['ResourceARN']].find(
    (value) => value != null && value !== '',
  );
  return Array.isArray(subject) ? subject.join(' ') : typeof subject === 'string' ? subject : '';
}
