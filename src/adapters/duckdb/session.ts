import type { EngineResult, Session, StepOutcome } from '../../core/adapter.js';
import type { BuiltNode } from '../../core/node.js';
import type { Step } from '../../core/plan.js';
import { relationKey, type Relation } from '../../core/relation.js';
import { findRelationType, readCatalog } from './catalog.js';
import type { Client } from './client.js';
import type { Connection } from './connection.js';
import { indexStatements } from './index-statements.js';
import { stageExternal } from './external-table/stage-external.js';
import { persistDocs } from './persist-docs.js';
import { storeFailures } from './store-failures.js';
import { quoteName, quoteRelation, quoteSchema } from './quote.js';
import { publishFile } from './publish-file.js';
import { resolveWrittenFile } from './resolve-written-file.js';
import { alterStatements } from './table-column-rules.js';

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** A statement with what it did; `rowsAffected` where there is something to count. */
async function runAll(
  connection: Connection,
  statements: readonly string[],
  signal?: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  let rowsAffected: number | null = null;
  for (const statement of statements) {
    const done = await connection.run(statement, signal);
    if (!done.ok) return done;
    rowsAffected = done.value.rowsChanged;
  }
  return { ok: true, value: { executedSql: statements, rowsAffected, response: {} } };
}

/** A change of the catalog: it writes no rows. */
function withoutRows(result: EngineResult<StepOutcome>): EngineResult<StepOutcome> {
  return result.ok ? { ok: true, value: { ...result.value, rowsAffected: null } } : result;
}

/** Returns the statement that removes a relation, whatever it is; none if it is not there. */
async function dropStatements(
  connection: Connection,
  relation: Relation,
): Promise<EngineResult<readonly string[]>> {
  const type = await findRelationType(connection, relation);
  if (!type.ok) return type;
  const statements =
    type.value === undefined ? [] : [`drop ${type.value} ${quoteRelation(relation)}`];
  return { ok: true, value: statements };
}

async function discard(
  connection: Connection,
  relation: Relation,
): Promise<EngineResult<StepOutcome>> {
  const statements = await dropStatements(connection, relation);
  return statements.ok ? withoutRows(await runAll(connection, statements.value)) : statements;
}

async function stage(
  connection: Connection,
  step: Pick<StepOf<'stage'>, 'as' | 'staged' | 'sql'>,
  signal: AbortSignal,
): Promise<EngineResult<StepOutcome>> {
  const leftover = await discard(connection, step.staged);
  if (!leftover.ok) return leftover;
  const type = step.as === 'view' ? 'view' : 'table';
  const statement = `create ${type} ${quoteRelation(step.staged)} as\n${step.sql}`;
  const created = await connection.run(statement, signal);
  if (!created.ok) return created;
  const executedSql = [...leftover.value.executedSql, statement];
  if (step.as === 'view') {
    return { ok: true, value: { executedSql, rowsAffected: null, response: {} } };
  }
  // DuckDB answers CREATE TABLE AS with the number of rows.
  const [row] = await created.value.getRows();
  return { ok: true, value: { executedSql, rowsAffected: Number(row?.[0]), response: {} } };
}

/**
 * Publishes in one transaction. A reader that has begun keeps what it sees; one that begins later sees the old relation
 * until the commit, and the new one from then on.
 */
async function publish(
  connection: Connection,
  { staged, published }: Pick<StepOf<'publish'>, 'staged' | 'published'>,
  further: readonly string[] = [],
): Promise<EngineResult<StepOutcome>> {
  const begun = await connection.run('begin transaction');
  if (!begun.ok) return begun;
  const result = await rename(connection, staged, published, further);
  if (!result.ok) await connection.run('rollback');
  return result;
}

async function rename(
  connection: Connection,
  staged: Relation,
  published: Relation,
  further: readonly string[],
): Promise<EngineResult<StepOutcome>> {
  const drop = await dropStatements(connection, published);
  if (!drop.ok) return drop;
  const type = await findRelationType(connection, staged);
  if (!type.ok) return type;
  const statements = [
    ...drop.value,
    `alter ${type.value ?? 'table'} ${quoteRelation(staged)} rename to ${quoteName(published.identifier)}`,
    ...(type.value === 'view' ? [] : further),
    'commit',
  ];
  const done = await runAll(connection, statements);
  if (!done.ok) return done;
  const executedSql = ['begin transaction', ...statements];
  return { ok: true, value: { executedSql, rowsAffected: null, response: {} } };
}

/** Returns a session over a connection of its own. */
export async function openSession(client: Client): Promise<Session> {
  const connection = await client.connect();
  let inTransaction = false;

  /** Carries out a step after the descriptions of its model have become comments on the relation with its rows. */
  async function withDocs(
    relation: Relation,
    model: BuiltNode,
    then: () => Promise<EngineResult<StepOutcome>>,
  ): Promise<EngineResult<StepOutcome>> {
    const docs = await persistDocs(connection, relation, model);
    if (!docs.ok) return docs;
    const done = await then();
    if (!done.ok) return done;
    const executedSql = [...docs.value, ...done.value.executedSql];
    return { ok: true, value: { ...done.value, executedSql } };
  }

  return {
    execute: async (step, signal) => {
      switch (step.kind) {
        case 'create-schema': {
          const statement = `create schema if not exists ${quoteSchema(step.relation)}`;
          return withoutRows(
            await client.exclusively(() => runAll(connection, [statement], signal)),
          );
        }
        case 'stage':
          return stage(connection, step, signal);
        case 'stage-external':
          return stageExternal(connection, step, { root: client.root, signal });
        case 'publish':
          // Too short to be worth stopping, and never to be stopped half way.
          return client.exclusively(() =>
            withDocs(step.staged, step.model, () =>
              publish(connection, step, indexStatements(step.model, step.published)),
            ),
          );
        case 'publish-file':
          return client.exclusively(() => publishFile(connection, step, client.root));
        case 'begin':
          inTransaction = true;
          return withoutRows(await runAll(connection, ['begin transaction'], signal));
        case 'commit':
          inTransaction = false;
          return withoutRows(
            await client.exclusively(() =>
              withDocs(step.target, step.model, () => runAll(connection, ['commit'])),
            ),
          );
        case 'alter-columns':
          return withoutRows(
            await runAll(connection, alterStatements(step.relation, step.alteration), signal),
          );
        case 'write':
          return runAll(connection, [step.sql], signal);
        case 'hook':
          return runAll(
            connection,
            step.hook.statements.map((each) => resolveWrittenFile(each, client.root)),
            signal,
          );
        case 'publish-partitions':
          throw new Error('partitions are rows here: strategies change them in a transaction');
        case 'store-failures':
          return storeFailures(step, {
            client,
            connection,
            inTransaction,
            build: async (through, { as, staged, published, sql }) => {
              const staging = await stage(through, { as, staged, sql }, signal);
              if (!staging.ok) return staging;
              const publishing = await client.exclusively(() =>
                publish(through, { staged, published }),
              );
              if (!publishing.ok) return publishing;
              const executedSql = [...staging.value.executedSql, ...publishing.value.executedSql];
              return { ok: true, value: { ...staging.value, executedSql } };
            },
            signal,
          });
        case 'discard':
          return client.exclusively(() => discard(connection, step.staged));
      }
    },
    describe: async (relation) => {
      const { database, schema } = relation;
      const catalog = await readCatalog(connection, database, [schema]);
      if (!catalog.ok) return catalog;
      return { ok: true, value: catalog.value.relations.get(relationKey(relation)) };
    },
    query: (sql, options) => connection.query(sql, options),
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
}
