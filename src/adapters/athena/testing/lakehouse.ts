/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { startEmulator, type Emulator, type EmulatorOptions } from '../../../../emulator/index.js';
import type {
  Adapter,
  EngineResult,
  Session,
  StepOutcome,
  TypedColumn,
} from '../../../core/adapter.js';
import type { ModelNode, NodeConfig } from '../../../core/node.js';
import type { Plan, Step } from '../../../core/plan.js';
import type { Relation } from '../../../core/relation.js';
import { modelNode } from '../../../core/testing/nodes.js';
import { createSqlToolkit } from '../../../sql/index.js';
import { openAthenaClient, type AthenaClient } from '../client/open-client.js';
import type { AthenaConfig } from '../config.js';
import { createAthenaDialect } from '../dialect.js';
import { openAthena } from '../index.js';
import { stagedSuffix } from '../run-context.js';

const catalog = 'awsdatacatalog';

/** A model to build: its query with typed columns, and its configuration. */
export interface TestModel {
  readonly name: string;
  readonly sql: string;
  readonly columns?: readonly TypedColumn[];
  readonly config?: Partial<NodeConfig>;
  readonly node?: Partial<ModelNode>;
}

/** A local Athena with a bucket, and runs on it. */
export interface Lakehouse {
  readonly emulator: Emulator;
  readonly config: AthenaConfig;
  readonly client: AthenaClient;
  /** Begins a run of the project. */
  openRun(invocationId: string, project?: string): Promise<Run>;
  /** Rows as text, in the order of their text. */
  rowsOf(sql: string): Promise<readonly string[]>;
  /** Keys of the bucket's objects that hold tables. */
  tableKeys(): readonly string[];
  close(): Promise<void>;
}

/** One run: an adapter that has read its catalog. */
export interface Run {
  readonly adapter: Adapter;
  node(model: TestModel): ModelNode;
  staged(model: TestModel): Relation;
  /** Carries out steps in one session, and returns the first failure or the last outcome. */
  execute(model: TestModel, steps: readonly Step[]): Promise<EngineResult<StepOutcome>>;
  /** Builds a table or view: create-schema, stage, publish. */
  build(model: TestModel, as?: 'table' | 'view'): Promise<EngineResult<StepOutcome>>;
  session(model: TestModel): Promise<Session>;
  begin(models: readonly TestModel[]): Promise<void>;
  end(): Promise<void>;
}

const never = (): AbortSignal => new AbortController().signal;

/** Starts a local Athena with the bucket `lake`. */
export async function openLakehouse(options: EmulatorOptions = {}): Promise<Lakehouse> {
  // The SDK finds credentials as anywhere else.
  process.env.AWS_ACCESS_KEY_ID = 'local';
  process.env.AWS_SECRET_ACCESS_KEY = 'local';
  const emulator = await startEmulator(options);
  emulator.objects.createBucket('lake');
  const config: AthenaConfig = {
    region: 'us-east-1',
    endpoint: emulator.endpoint,
    dataDir: 's3://lake/tables/',
    resultsDir: 's3://lake/results/',
    catalog,
    workGroup: 'primary',
    threads: 4,
    pricePerTb: 5,
    partitionsLimit: 100,
  };
  const client = openAthenaClient({ region: config.region, endpoint: emulator.endpoint });
  const dialect = createAthenaDialect(createSqlToolkit());

  async function openRun(invocationId: string, project = 'stedi'): Promise<Run> {
    const opened = await openAthena(config, { dialect, project, invocationId });
    if (!opened.ok) throw new Error('not opened');
    const adapter = opened.value;
    const read = await adapter.readCatalog(['trusted']);
    if (!read.ok) throw new Error(read.diagnostics.map(({ message }) => message).join('\n'));

    const node = ({ name, config: own = {}, node: rest = {} }: TestModel): ModelNode => {
      const base = modelNode(name, { extra: rest });
      const relation: Relation = { database: catalog, schema: 'trusted', identifier: name };
      return { ...base, relation, config: { ...base.config, ...own } };
    };
    const staged = (model: TestModel): Relation => ({
      ...node(model).relation,
      identifier: `${model.name}${stagedSuffix(invocationId)}`,
    });
    const session = (model: TestModel): Promise<Session> =>
      adapter.openSession({ uniqueId: node(model).uniqueId });
    async function execute(
      model: TestModel,
      steps: readonly Step[],
    ): Promise<EngineResult<StepOutcome>> {
      const open = await session(model);
      let last: EngineResult<StepOutcome> | undefined;
      for (const step of steps) {
        if (
          step.kind === 'audit' ||
          step.kind === 'check' ||
          step.kind === 'check-contract' ||
          step.kind === 'refuse'
        )
          continue;
        last = await open.execute(step, never());
        if (!last.ok) break;
      }
      await open.close();
      if (last === undefined) throw new Error('no steps');
      return last;
    }
    const buildSteps = (model: TestModel, as: 'table' | 'view'): readonly Step[] => [
      { kind: 'create-schema', relation: staged(model) },
      {
        kind: 'stage',
        as,
        staged: staged(model),
        sql: model.sql,
        model: node(model),
        ...(model.columns && { columns: model.columns }),
      },
      {
        kind: 'publish',
        staged: staged(model),
        published: node(model).relation,
        sql: null,
        model: node(model),
      },
    ];
    return {
      adapter,
      node,
      staged,
      execute,
      session,
      build: (model, as = 'table') => execute(model, buildSteps(model, as)),
      begin: async (models) => {
        const plan: Plan = {
          diagnostics: [],
          nodes: models.map((model) => ({
            uniqueId: node(model).uniqueId,
            node: node(model),
            dependsOn: [],
            steps: buildSteps(model, 'table'),
            engineSql: model.sql,
            toSource: () => undefined,
            compiledSql: model.sql,
          })),
        };
        const begun = await adapter.beginRun?.(plan, never());
        if (begun?.ok !== true) throw new Error('the run could not begin');
      },
      end: async () => {
        const problems = await adapter.endRun?.();
        if (problems !== undefined && problems.length > 0) {
          throw new Error(problems.map(({ message }) => message).join('\n'));
        }
        await adapter.close();
      },
    };
  }

  return {
    emulator,
    config,
    client,
    openRun,
    rowsOf: async (sql) => {
      const run = await openRun(`reader-${Math.random().toString(36).slice(2)}`);
      const session = await run.adapter.openSession({ uniqueId: 'test.reader' });
      const read = await session.query(sql, { limit: null, signal: never() });
      await run.adapter.close();
      if (!read.ok) throw new Error(read.failure.diagnostic.message);
      return read.value.rows.map((row) => JSON.stringify(row)).sort();
    },
    tableKeys: () => emulator.objects.list('lake', 'tables/').map(({ key }) => key),
    close: async () => {
      client.close();
      await emulator.close();
    },
  };
}
