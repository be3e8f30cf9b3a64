import type { Capabilities } from '../../core/adapter.js';
import type { JsonValue } from '../../core/node.js';
import type { Target } from '../../core/project.js';
import type { TargetIssue, TargetType } from '../../core/target-type.js';
import { athenaModelKeys } from './model-keys.js';
import { athenaProfileRules } from './profile-rules.js';

/** Where the lakehouse lies and how its statements run. */
export interface AthenaConfig {
  readonly region: string;
  /** A profile of the AWS configuration; the standard credential chain without it. */
  readonly profile?: string;
  /** One address for all services: the local Athena. */
  readonly endpoint?: string;
  /** Where tables lie: `s3://bucket/prefix/`, with the slash at its end. */
  readonly dataDir: string;
  /** Where query results go; the workgroup says it if left out. */
  readonly resultsDir?: string;
  readonly catalog: string;
  /** The account whose Glue catalog `catalog` stands for, when it is not one's own. */
  readonly catalogId?: string;
  readonly workGroup: string;
  /** How many nodes may run at once. */
  readonly threads: number;
  /** What Athena charges for a terabyte scanned, in US dollars. */
  readonly pricePerTb: number;
  /** How many partitions and buckets one statement may write. */
  readonly partitionsLimit: number;
  /** Whether models are staged from what their parents staged, while the parents' tests run. */
  readonly stageAhead?: boolean;
}

/** What Athena can do. */
export const athenaCapabilities: Capabilities = {
  merge: true,
  deleteInsert: true,
  externalTables: true,
  concurrentQueries: true,
  storesFailures: true,
};

const defaults = {
  catalog: 'AwsDataCatalog',
  workGroup: 'primary',
  pricePerTb: 5,
  // Athena User Guide, "Considerations and limitations for CTAS queries": 100 open writers per statement.
  partitionsLimit: 100,
  stageAhead: false,
} as const;

// Athena takes `//` for `/`, S3 does not: files would lie where nobody looks (Athena User Guide, "Specify a table location").
const s3Pattern = '^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^/]+)*/?$';
const keys = {
  region: { type: 'string', pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$' },
  profile: { type: 'string', pattern: '\\S' },
  endpoint: { type: 'string', pattern: '^https?://\\S+$' },
  s3_data_dir: { type: 'string', pattern: s3Pattern },
  s3_staging_dir: { type: 'string', pattern: s3Pattern },
  catalog: { type: 'string', pattern: '^[A-Za-z0-9_@-]{1,256}$' },
  catalog_id: { type: 'string', pattern: '^[0-9]{12}$' },
  work_group: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  price_per_tb: { type: 'number', minimum: 0 },
  partitions_limit: { type: 'integer', minimum: 1 },
  stage_ahead: { type: 'boolean' },
} as const;

type Key = keyof typeof keys;

const descriptions: Readonly<Record<Key, string>> = {
  region: 'The AWS region, such as `eu-central-1`.',
  profile: 'A profile of `~/.aws/config`. Without it, the standard credential chain.',
  endpoint: 'One address for all AWS services, for the local Athena.',
  s3_data_dir:
    'Where tables lie: `s3://bucket/prefix/`. Each build of a table has a folder of its own below it.',
  s3_staging_dir: 'Where query results go. Left out where the workgroup says it.',
  catalog: "Athena's data catalog.",
  catalog_id:
    'The twelve digits of the account whose Glue catalog `catalog` stands for, when it is not your own.',
  work_group: 'The workgroup that statements run in. A model may name another.',
  price_per_tb: 'What Athena charges for a terabyte scanned, in US dollars, for the summary.',
  partitions_limit:
    'How many partitions and buckets one statement may write; more are written by several statements.',
  stage_ahead:
    'Whether the rows of a model are computed while the tests of the models that it reads still run. It is published after them all the same.',
};

const expected: Readonly<Record<Key, string>> = {
  region: 'expected a region, such as eu-central-1',
  profile: 'expected the name of a profile',
  endpoint: 'expected an address, such as http://127.0.0.1:4566',
  s3_data_dir: 'expected a place in S3, such as s3://my-bucket/lake/',
  s3_staging_dir: 'expected a place in S3, such as s3://my-bucket/results/',
  catalog: 'expected the name of a data catalog, such as AwsDataCatalog',
  catalog_id: "expected an account's twelve digits, in quotes",
  work_group: 'expected the name of a workgroup, such as primary',
  price_per_tb: 'expected an amount of US dollars, such as 5',
  partitions_limit: 'expected a whole number of at least 1, such as 100',
  stage_ahead: 'expected true or false',
};

function isValid(key: Key, value: JsonValue): boolean {
  const schema = keys[key];
  if (schema.type === 'string') {
    return typeof value === 'string' && new RegExp(schema.pattern).test(value);
  }
  if (schema.type === 'boolean') return typeof value === 'boolean';
  if (typeof value !== 'number' || value < schema.minimum) return false;
  return schema.type === 'number' || Number.isInteger(value);
}

function required(key: Key, options: Readonly<Record<string, JsonValue>>): TargetIssue | undefined {
  if (options[key] != null) return undefined;
  const issue = { path: [], kind: 'invalid-value', message: `the target needs '${key}'` } as const;
  return { ...issue, hint: expected[key].replace('expected', 'give it') };
}

/** The keys without which a target cannot work. */
function findMissing(options: Readonly<Record<string, JsonValue>>): readonly TargetIssue[] {
  const { catalog } = options;
  const foreign = typeof catalog === 'string' && catalog.toLowerCase() !== 'awsdatacatalog';
  return [
    required('region', options),
    required('s3_data_dir', options),
    // Tables of other catalogs are published through Glue as well, which knows catalogs by their account.
    foreign ? required('catalog_id', options) : undefined,
  ].filter((issue) => issue !== undefined);
}

/** The target type `athena`: Athena, Glue and S3. */
export const athenaTargetType: TargetType = {
  type: 'athena',
  speaksPortable: true,
  modelKeys: athenaModelKeys,
  profile: athenaProfileRules,
  validate(options) {
    const wrong = (Object.keys(keys) as Key[]).flatMap((key): readonly TargetIssue[] => {
      const value = options[key];
      if (value == null || isValid(key, value)) return [];
      return [{ path: [key], kind: 'invalid-value', message: expected[key] }];
    });
    return [...wrong, ...findMissing(options)];
  },
  database: ({ catalog }) => (typeof catalog === 'string' ? catalog : defaults.catalog),
  publicKeys: ['region', 's3_data_dir', 'work_group', 'catalog'],
  jsonSchemaProperties: Object.fromEntries(
    (Object.keys(keys) as Key[]).map((key) => {
      const preset = {
        catalog: defaults.catalog,
        work_group: defaults.workGroup,
        price_per_tb: defaults.pricePerTb,
        partitions_limit: defaults.partitionsLimit,
        stage_ahead: defaults.stageAhead,
      }[key as string];
      return [
        key,
        {
          ...keys[key],
          description: descriptions[key],
          ...(preset !== undefined && { default: preset }),
        },
      ];
    }),
  ),
};

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}

/** Returns what opens the lakehouse of a validated target. */
export function toAthenaConfig(target: Target): AthenaConfig {
  const { options } = target;
  const text = (key: Key): string | undefined => {
    const value = options[key];
    return typeof value === 'string' ? value : undefined;
  };
  const number = (key: Key, otherwise: number): number => {
    const value = options[key];
    return typeof value === 'number' ? value : otherwise;
  };
  const profile = text('profile');
  const endpoint = text('endpoint');
  const resultsDir = text('s3_staging_dir');
  const catalogId = text('catalog_id');
  return {
    region: text('region') ?? '',
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    dataDir: withSlash(text('s3_data_dir') ?? ''),
    ...(resultsDir !== undefined && { resultsDir: withSlash(resultsDir) }),
    catalog: text('catalog') ?? defaults.catalog,
    ...(catalogId !== undefined && { catalogId }),
    workGroup: text('work_group') ?? defaults.workGroup,
    threads: target.threads,
    pricePerTb: number('price_per_tb', defaults.pricePerTb),
    partitionsLimit: number('partitions_limit', defaults.partitionsLimit),
    stageAhead: options['stage_ahead'] === true,
  };
}
