import type { BuiltNode } from '../../../core/node.js';
import type { OperatedProject } from '../../../core/operations.js';
import type { Relation } from '../../../core/relation.js';
import type { AthenaConfig } from '../config.js';
import { parseS3Location, type S3Location } from '../client/s3-files.js';
import { readGovernance } from '../lakeformation/governance.js';
import type { PolicyCatalog, PolicyDatabase, PolicyNeeds } from './build-policy.js';

/** What the target does not say itself. */
export interface AccountFacts {
  readonly account: string;
  /** Where results go if the target does not say it; `undefined` if Athena keeps them, or if it is not known. */
  readonly workGroupResults?: string | undefined;
  /** The accounts of data catalogs, by their names in lower case. */
  readonly catalogAccounts?: ReadonlyMap<string, string> | undefined;
  /** Where the files of sources lie, as far as Glue says it. */
  readonly sourceLocations?: readonly string[] | undefined;
}

/** What of `PolicyNeeds` may vary for the same project. */
export interface NeedsOptions {
  readonly land: boolean;
  readonly gc: boolean;
  /** `databases`: every table of a database that the project writes to, which is shorter. */
  readonly tables: 'names' | 'databases';
}

/** CloudFormation puts the account's number there. */
export const accountPlaceholder = '${AWS::AccountId}';

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns where the files of landing models lie, as far as they lie in S3. */
export function landingLocations(models: readonly BuiltNode[]): readonly string[] {
  return models.flatMap(({ config: { materialized, location } }) =>
    materialized === 'external_table' && location !== null && /^s3:\/\//iu.test(location)
      ? [location]
      : [],
  );
}

/** Returns the workgroups that the project's statements run in, the target's first. */
export function workGroupsOf(
  config: AthenaConfig,
  models: readonly BuiltNode[],
): readonly string[] {
  const own = models.flatMap(({ config: { extra } }) => textOf(extra['work_group']) ?? []);
  return [...new Set([config.workGroup, ...own])];
}

function locate(addresses: readonly string[]): readonly S3Location[] {
  return [...new Set(addresses)].flatMap((each) => parseS3Location(each) ?? []);
}

/** Hive tables have their partitions in Glue, Iceberg tables in their own metadata. */
function writesPartitions({ config: { materialized, extra } }: BuiltNode): boolean {
  const isTable = ['table', 'incremental', 'seed', 'snapshot'].includes(materialized);
  const isHive = extra['table_type'] === 'hive' || materialized === 'external_table';
  return (
    (isTable || materialized === 'external_table') && isHive && extra['partitioned_by'] != null
  );
}

function databasesOf(
  { models, sources, failures = [] }: OperatedProject,
  {
    tables,
    isOwn,
  }: Pick<NeedsOptions, 'tables'> & { readonly isOwn: (relation: Relation) => boolean },
): readonly PolicyDatabase[] {
  const found = new Map<string, { reads: Set<string>; writes: Set<string> }>();
  const at = (schema: string) => {
    const name = schema.toLowerCase();
    const known = found.get(name) ?? { reads: new Set<string>(), writes: new Set<string>() };
    found.set(name, known);
    return known;
  };
  // What is put into other models' SQL is no table.
  const built = models.filter(({ config }) => config.materialized !== 'ephemeral');
  for (const relation of [...built.map((model) => model.relation), ...failures]) {
    const { writes } = at(relation.schema);
    if (tables === 'databases') writes.add('*');
    else {
      const identifier = relation.identifier.toLowerCase();
      // Rows that a strategy stages have `__rows` before it.
      writes.add(identifier).add(`${identifier}__*staged_*`);
    }
  }
  for (const { schema, identifier } of sources.filter(isOwn)) {
    const { reads, writes } = at(schema);
    if (!writes.has('*')) reads.add(identifier.toLowerCase());
  }
  return [...found].map(([name, { reads, writes }]) => ({
    name,
    reads: [...reads],
    writes: [...writes],
  }));
}

/** Returns the names of the data catalogs that sources lie in besides the target's, as their sources write them. */
export function otherCatalogsOf(
  { catalog }: Pick<AthenaConfig, 'catalog'>,
  { sources }: Pick<OperatedProject, 'sources'>,
): readonly string[] {
  const names = new Map(sources.map(({ database }) => [database.toLowerCase(), database]));
  names.delete(catalog.toLowerCase());
  return [...names.values()];
}

function catalogsOf(
  config: AthenaConfig,
  project: OperatedProject,
  accounts: AccountFacts['catalogAccounts'],
): readonly PolicyCatalog[] {
  const others = otherCatalogsOf(config, project).map((name): PolicyCatalog => {
    const tables = project.sources.filter(
      ({ database }) => database.toLowerCase() === name.toLowerCase(),
    );
    const schemas = new Set(tables.map(({ schema }) => schema.toLowerCase()));
    const databases = [...schemas].map((schema) => ({
      name: schema,
      reads: tables
        .filter((table) => table.schema.toLowerCase() === schema)
        .map(({ identifier }) => identifier.toLowerCase()),
    }));
    return { name, account: accounts?.get(name.toLowerCase()) ?? '*', databases };
  });
  // Athena looks up every catalog that has a name of its own (Athena User Guide, "Data Catalog example policies").
  return config.catalogId === undefined
    ? others
    : [{ name: config.catalog, account: config.catalogId, databases: [] }, ...others];
}

/** Returns what the project needs to be allowed on a target. */
export function findNeeds(
  config: AthenaConfig,
  project: OperatedProject,
  options: AccountFacts & NeedsOptions,
): PolicyNeeds {
  const { models } = project;
  const governances = models.map((model) => readGovernance(model).governance);
  const dataDirs = models.flatMap(({ config: { extra } }) => textOf(extra['s3_data_dir']) ?? []);
  const results = config.resultsDir ?? options.workGroupResults;
  return {
    region: config.region,
    account: options.account,
    catalogAccount: config.catalogId,
    workGroups: workGroupsOf(config, models),
    databases: databasesOf(project, {
      tables: options.tables,
      isOwn: ({ database }) => database.toLowerCase() === config.catalog.toLowerCase(),
    }),
    catalogs: catalogsOf(config, project, options.catalogAccounts),
    writesPartitions: models.some(writesPartitions),
    data: locate([config.dataDir, ...dataDirs]),
    results: locate(results === undefined ? [] : [results]),
    landing: locate(landingLocations(models)),
    sources: locate(options.sourceLocations ?? []),
    land: options.land,
    gc: options.gc,
    governs: {
      tags: governances.some(({ tags }) => tags !== undefined),
      filters: governances.some(({ filters }) => filters !== undefined),
    },
  };
}
