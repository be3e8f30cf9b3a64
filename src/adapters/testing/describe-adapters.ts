import { afterEach, beforeEach, describe, expect } from 'vitest';
import type {
  Adapter,
  EngineFailure,
  EngineResult,
  QueryRows,
  Session,
  StepOutcome,
} from '../../core/adapter.js';
import type { ModelNode } from '../../core/node.js';
import type { EngineStep } from '../../core/plan.js';
import type { Relation } from '../../core/relation.js';
import { modelNode } from '../../core/testing/nodes.js';
import { valueOf } from '../duckdb/testing/warehouse.js';
import { subjects, type Subject } from './subjects.js';

/** The model whose relations the cases build. */
export const model = modelNode('any');
/** Never aborted. */
export const calm = new AbortController().signal;

/** Returns the failure of a result that must be one. */
export function expectFailure(result: EngineResult<unknown>): EngineFailure {
  if (result.ok) throw new Error('expected a failure');
  return result.failure;
}

/** What a case works with: an adapter in a project folder of its own, one session, and the schema `lake`. */
export interface Conformance {
  readonly subject: Subject;
  readonly adapter: Adapter;
  readonly session: Session;
  /** Closes the session and opens another. */
  readonly reopenSession: () => Promise<void>;
  readonly relation: (identifier: string) => Relation;
  readonly staged: (identifier: string) => Relation;
  /** A transaction on `orders`. */
  readonly onOrders: () => {
    readonly target: Relation;
    readonly staged: Relation;
    readonly model: ModelNode;
  };
  /** What is written to inside a transaction on `orders`: the table itself, or its clone. */
  readonly written: () => Relation;
  readonly execute: (step: EngineStep, by?: Session) => Promise<StepOutcome>;
  readonly stage: (identifier: string, sql: string, as?: 'table' | 'view') => Promise<StepOutcome>;
  /** Publishes what is staged; `sql` is a view's. */
  readonly publish: (identifier: string, sql?: string | null) => Promise<StepOutcome>;
  readonly build: (identifier: string, sql: string, as?: 'table' | 'view') => Promise<void>;
  readonly rows: (source: Relation | string, by?: Session) => Promise<QueryRows['rows']>;
  /** Ends the run, which takes away what it staged. */
  readonly endRun: () => Promise<void>;
  /** What is there when the run has ended. */
  readonly catalogKeys: () => Promise<readonly string[]>;
}

/** Returns what the cases of one adapter work with; `open` gives each the adapter anew. */
function conformanceOf(open: () => Promise<Subject>): Conformance {
  let subject: Subject;
  let session: Session;
  beforeEach(async () => {
    subject = await open();
    session = await subject.adapter.openSession();
    await on.execute({ kind: 'create-schema', relation: on.relation('any') });
  });
  afterEach(async () => {
    await session.close();
    await subject.remove();
  });

  const on: Conformance = {
    get subject() {
      return subject;
    },
    get adapter() {
      return subject.adapter;
    },
    get session() {
      return session;
    },
    reopenSession: async () => {
      await session.close();
      session = await subject.adapter.openSession();
    },
    relation: (identifier) => ({
      database: subject.adapter.database,
      schema: 'lake',
      identifier,
    }),
    staged: (identifier) => on.relation(`${identifier}__staged`),
    onOrders: () => ({ target: on.relation('orders'), staged: on.staged('orders'), model }),
    written: () =>
      on.adapter.dialect.isolation(model) === 'clone' ? on.staged('orders') : on.relation('orders'),
    execute: async (step, by = session) => valueOf(await by.execute(step, calm)),
    stage: (identifier, sql, as = 'table') =>
      on.execute({ kind: 'stage', model, as, staged: on.staged(identifier), sql }),
    publish: (identifier, sql = null) => {
      const published = on.relation(identifier);
      return on.execute({ kind: 'publish', model, staged: on.staged(identifier), published, sql });
    },
    build: async (identifier, sql, as = 'table') => {
      await on.stage(identifier, sql, as);
      await on.publish(identifier, as === 'view' ? sql : null);
    },
    rows: async (source, by = session) => {
      const { writers } = on.adapter.dialect;
      const sql = typeof source === 'string' ? source : writers.selectAll(source);
      return valueOf(await by.query(sql, { limit: null, signal: calm })).rows;
    },
    endRun: async () => {
      expect((await on.adapter.endRun?.()) ?? []).toEqual([]);
    },
    catalogKeys: async () => {
      await on.endRun();
      return [...valueOf(await on.adapter.readCatalog(['lake'])).relations.keys()].sort();
    },
  };
  return on;
}

/** Defines cases for every adapter. */
export function describeAdapters(define: (on: Conformance) => void): void {
  describe.each(subjects)('the $name adapter', ({ open }) => define(conformanceOf(open)));
}
