import {
  startEmulator,
  type Emulator,
  type EmulatorOptions,
} from '../../../../../emulator/index.js';
import { createQueryAccount, type QueryAccount } from '../query-cost.js';
import { createQueryRunner, type QueryRunner, type StatementRequest } from '../query-runner.js';
import { openTestApi, type TestApi } from './open-test-client.js';

/** A runner of statements on a local Athena with the bucket `lake` and the database `shop`. */
export interface LocalRunner {
  readonly emulator: Emulator;
  readonly test: TestApi;
  readonly runner: QueryRunner;
  readonly account: QueryAccount;
  /** Runs a statement as the next one of a run's node. */
  run(sql: string, request?: Partial<StatementRequest>): ReturnType<QueryRunner['run']>;
  close(): Promise<void>;
}

/** Starts a local Athena and a runner on it. */
export async function openLocalRunner(options: EmulatorOptions = {}): Promise<LocalRunner> {
  const emulator = await startEmulator(options);
  emulator.objects.createBucket('lake');
  emulator.glue.createDatabase({ Name: 'shop' });
  const test = openTestApi(emulator.endpoint);
  const runner = createQueryRunner(test.api);
  const account = createQueryAccount({ pricePerTb: 5 });
  let ordinal = 0;
  return {
    emulator,
    test,
    runner,
    account,
    run(sql, request = {}) {
      ordinal += 1;
      return runner.run(
        {
          sql,
          identity: { invocationId: 'run-1', node: 'model.shop.orders', ordinal },
          database: 'shop',
          outputLocation: 's3://lake/results/',
          ...request,
        },
        account,
      );
    },
    async close() {
      test.api.close();
      await emulator.close();
    },
  };
}
