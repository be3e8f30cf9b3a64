import {
  CreateLFTagCommand,
  GetResourceLFTagsCommand,
  LakeFormationClient,
  ListPermissionsCommand,
} from '@aws-sdk/client-lakeformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../src/land/generate/random.js';
import type { Call, Fault } from '../emulator/index.js';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';

/** `npm run test:faults` kills at every call, `npm test` at a few, chosen from a seed. */
const isFull = process.env['STEDI_FAULTS'] === 'full';
const role = 'arn:aws:iam::123456789012:role/reader';

/** On odd days the model has one column more, which only its tag and its filter keep from readers. */
const hasPhone = (day: number): boolean => day % 2 === 1;
const secrets = (day: number): readonly string[] => ['email', ...(hasPhone(day) ? ['phone'] : [])];
const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
const customer = (day: number): string => `{{ config(
    materialized='table',
    lf_tags_config={'enabled': true, 'tags_columns': {'pii': {'yes': [${quoted(secrets(day))}]}}},
    lf_grants={'data_cell_filters': {'enabled': true, 'filters': {
      'no_secrets': {'row_filter': 'true', 'excluded_column_names': [${quoted(secrets(day))}], 'principals': ['${role}']},
    }}},
) }}
select ${day} as id, 'a@b.c' as email${hasPhone(day) ? ", '555' as phone" : ''}
`;

interface Kill {
  readonly at: number;
  readonly when: 'before' | 'after';
}

const isPoll = ({ operation }: Call): boolean => /^(Batch)?GetQueryExecution$/.test(operation);

describe('a build with tags and grants that is killed', () => {
  let athena: AthenaProject;
  let lake: LakeFormationClient;
  /** Calls before which a column with a secret in it could be read without its tag. */
  const untagged: string[] = [];
  /** The most calls that a build made. */
  let calls = 0;

  /** The day whose model is built, and what was published before. */
  interface Published {
    readonly day: number;
    /** The day whose rows readers see at first. */
    readonly before: number;
    /** Where those lie. */
    readonly old: string | undefined;
  }

  const pointer = (): string | undefined =>
    athena.emulator.glue.findTable('stedi', 'customer')?.Parameters?.['metadata_location'];

  async function tags(): Promise<Readonly<Record<string, string>>> {
    const Resource = { Table: { DatabaseName: 'stedi', Name: 'customer' } };
    const { LFTagsOnColumns = [] } = await lake.send(new GetResourceLFTagsCommand({ Resource }));
    return Object.fromEntries(
      LFTagsOnColumns.map(({ Name = '', LFTags = [] }) => [
        Name,
        LFTags.map(({ TagKey, TagValues }) => `${TagKey ?? ''}=${TagValues?.join() ?? ''}`).join(),
      ]),
    );
  }

  /** Builds the model of a day; kills the command at a call, if asked. It must succeed otherwise. */
  async function build({ day, before, old }: Published, kill?: Kill): Promise<void> {
    const running = athena.project.launch(['build', '--no-color'], { env: athena.env });
    let count = 0;
    let killed = false;
    let asks = false;
    athena.emulator.setHook(async (call): Promise<Fault | undefined> => {
      if (asks || isPoll(call) || killed) return undefined;
      count += 1;
      const now = pointer();
      if (now !== undefined) {
        asks = true;
        const found = await tags();
        asks = false;
        for (const name of secrets(now === old ? before : day)) {
          if (found[name] !== 'pii=yes' && (name === 'email' || now !== old)) {
            untagged.push(`day ${day}, call ${count} ${call.operation}: ${name}`);
          }
        }
      }
      if (count !== kill?.at) return undefined;
      killed = true;
      const strike = (): void => running.kill('SIGKILL');
      if (kill.when === 'after') return { onEffect: strike, after: 'drop' };
      strike();
      return { before: 'drop' };
    });
    const { code, stdout, stderr } = await running.ended;
    athena.emulator.setHook(undefined);
    calls = Math.max(calls, count);
    if (!killed) expect(code, `${stdout}${stderr}`).toBe(0);
  }

  beforeAll(async () => {
    athena = await createAthenaProject({ 'stedi_project.yml': 'name: shop\n' });
    lake = new LakeFormationClient({
      region: 'eu-central-1',
      endpoint: athena.emulator.endpoint,
      credentials: { accessKeyId: 'admin', secretAccessKey: 'admin' },
    });
    await lake.send(new CreateLFTagCommand({ TagKey: 'pii', TagValues: ['yes', 'no'] }));
    for (const day of [1, 2]) {
      athena.project.write('models/customer.sql', customer(day));
      await build({ day, before: day - 1, old: pointer() });
    }
  });
  afterAll(async () => {
    lake.destroy();
    await athena.close();
  });

  it(
    'at any call shows no secret without its tag, and the next build gives what the model says',
    async () => {
      const all = Array.from({ length: calls }, (_, index) => index + 1).flatMap((at): Kill[] => [
        { at, when: 'before' },
        { at, when: 'after' },
      ]);
      const random = createRandom('kills of a governed model');
      const kills = isFull
        ? [...all, ...all]
        : Array.from({ length: 3 }, () => all[Math.floor(random.fraction() * all.length)]);
      // In full, each kill is made on a day with the column more and on one without.
      let day = 2;
      let before = 2;
      for (const [index, kill] of kills.entries()) {
        day += isFull && index === all.length && all.length % 2 === 0 ? 2 : 1;
        const title = `killed ${kill?.when ?? ''} call ${kill?.at ?? 0} on day ${day}`;
        const published = { day, before, old: pointer() };
        before = day;
        athena.project.write('models/customer.sql', customer(day));
        await build(published, kill);
        await build(published);
        expect(untagged, title).toEqual([]);
        expect(await tags(), title).toEqual(
          Object.fromEntries(secrets(day).map((name) => [name, 'pii=yes'])),
        );
        const { PrincipalResourcePermissions } = await lake.send(new ListPermissionsCommand({}));
        expect(PrincipalResourcePermissions, title).toMatchObject([
          {
            Principal: { DataLakePrincipalIdentifier: role },
            Resource: { DataCellsFilter: { Name: 'no_secrets', TableName: 'customer' } },
          },
        ]);
        const row = [String(day), 'a@b.c', ...(hasPhone(day) ? ['555'] : [])];
        expect(await athena.query('select * from stedi.customer'), title).toEqual([
          JSON.stringify(row),
        ]);
      }
      expect(await athena.run(['gc', '--apply', '--grace', '0m'])).toMatchObject({ code: 0 });
      const again = await athena.run(['gc', '--grace', '0m']);
      expect(again.stdout).toContain('Nothing');
    },
    isFull ? 3_600_000 : 300_000,
  );
});
