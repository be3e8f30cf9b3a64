import type { S3Location } from '../client/s3-files.js';

/** A database of Glue and the tables in it, by the patterns of their names. */
export interface PolicyDatabase {
  readonly name: string;
  /** Tables that are read. */
  readonly reads: readonly string[];
  /** Tables that are written, staged names included. */
  readonly writes: readonly string[];
}

/** A data catalog of Athena that is not the target's, and what is read of it. */
export interface PolicyCatalog {
  readonly name: string;
  /** The account whose Glue catalog it is; `*` if that is not known. */
  readonly account: string;
  readonly databases: readonly Pick<PolicyDatabase, 'name' | 'reads'>[];
}

/** What a policy must allow. */
export interface PolicyNeeds {
  readonly region: string;
  /** Twelve digits, or `${AWS::AccountId}`, which CloudFormation fills in. */
  readonly account: string;
  /** The account of the Glue catalog, when it is another one. */
  readonly catalogAccount?: string | undefined;
  readonly workGroups: readonly string[];
  readonly databases: readonly PolicyDatabase[];
  /** Data catalogs by the names that queries write, the target's own left out unless it is another account's. */
  readonly catalogs: readonly PolicyCatalog[];
  /** Partitions are written under Glue tables: Hive tables only. */
  readonly writesPartitions: boolean;
  /** Prefixes of tables and of what is kept about runs. */
  readonly data: readonly S3Location[];
  /** Prefixes of query results, as far as Athena does not keep them itself. */
  readonly results: readonly S3Location[];
  readonly landing: readonly S3Location[];
  /** Prefixes of tables that are only read, as far as they are known. */
  readonly sources: readonly S3Location[];
  readonly land: boolean;
  readonly gc: boolean;
  /** What models manage in Lake Formation. */
  readonly governs: { readonly tags: boolean; readonly filters: boolean };
}

/** A statement of a policy (IAM User Guide, "IAM JSON policy elements"). */
export type PolicyStatement = {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};

/** A policy document. */
export type PolicyDocument = {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
};

/** What `athena/` and Athena itself, with the caller's rights, do to Glue. */
const glueReads = [
  'glue:GetDatabase',
  'glue:GetTable',
  'glue:GetTables',
  'glue:GetPartition',
  'glue:GetPartitions',
  'glue:BatchGetPartition',
];
const glueWrites = [
  'glue:CreateTable',
  'glue:UpdateTable',
  'glue:DeleteTable',
  'glue:BatchDeleteTable',
];
const gluePartitionWrites = [
  'glue:CreatePartition',
  'glue:BatchCreatePartition',
  'glue:UpdatePartition',
  'glue:BatchUpdatePartition',
  'glue:DeletePartition',
  'glue:BatchDeletePartition',
];

/** Lake Formation has no resources that a policy could name (Service Authorization Reference, "AWS Lake Formation"). */
const tagCalls = [
  'lakeformation:GetLFTag',
  'lakeformation:GetResourceLFTags',
  'lakeformation:AddLFTagsToResource',
  'lakeformation:RemoveLFTagsFromResource',
];
const filterCalls = [
  'lakeformation:ListDataCellsFilter',
  'lakeformation:CreateDataCellsFilter',
  'lakeformation:UpdateDataCellsFilter',
  'lakeformation:DeleteDataCellsFilter',
  'lakeformation:ListPermissions',
  'lakeformation:BatchGrantPermissions',
  'lakeformation:BatchRevokePermissions',
];

const objectReads = ['s3:GetObject'];
const objectWrites = ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

/** The AWS partition of a region (AWS General Reference, "Amazon Resource Names"). */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** `data` and `data/` are the same prefix, and not one of `data2`. */
function folderOf({ key }: S3Location): string {
  return key === '' || key.endsWith('/') ? key : `${key}/`;
}

/**
 * Returns the policy with these needs and no more: every statement names its resources, where the service has any. Rights that
 * only AWS's own services need (KMS keys of buckets, other accounts' bucket policies) are not in it, nor what Lake Formation
 * must be told of the role.
 * Sources: Service Authorization Reference (Athena, Glue, S3); Athena User Guide, "Control access to
 * Amazon S3 from Athena" and "Configure access to databases and tables in the AWS Glue Data Catalog".
 */
export function buildPolicy(needs: PolicyNeeds): PolicyDocument {
  const { region, account, databases, data, results, landing, sources, land } = needs;
  const aws = `arn:${partitionOf(region)}`;
  const glue = `${aws}:glue:${region}:${needs.catalogAccount ?? account}`;
  const objects = (prefixes: readonly S3Location[]): readonly string[] =>
    prefixes.map((each) => `${aws}:s3:::${each.bucket}/${folderOf(each)}*`);
  const tables = (kind: 'reads' | 'writes'): readonly string[] =>
    databases.flatMap(({ name, [kind]: names }) =>
      names.map((table) => `${glue}:table/${name}/${table}`),
    );
  const databaseArns = (of: readonly PolicyDatabase[]): readonly string[] =>
    of.map(({ name }) => `${glue}:database/${name}`);
  const written = databases.filter(({ writes }) => writes.length > 0);
  const all = [...data, ...results, ...landing, ...sources];
  const multipart = [...data, ...results, ...(land ? landing : [])];

  const statements: readonly PolicyStatement[] = [
    {
      Sid: 'RunQueries',
      Effect: 'Allow',
      Action: [
        'athena:StartQueryExecution',
        'athena:GetQueryExecution',
        'athena:BatchGetQueryExecution',
        'athena:GetQueryResults',
        'athena:StopQueryExecution',
        'athena:GetWorkGroup',
      ],
      Resource: needs.workGroups.map(
        (workGroup) => `${aws}:athena:${region}:${account}:workgroup/${workGroup}`,
      ),
    },
    {
      Sid: 'ReadCatalog',
      Effect: 'Allow',
      Action: glueReads,
      Resource: [
        `${glue}:catalog`,
        ...databaseArns(databases),
        ...tables('reads'),
        ...tables('writes'),
      ],
    },
    {
      Sid: 'FindCatalogs',
      Effect: 'Allow',
      Action: ['athena:GetDataCatalog'],
      Resource: needs.catalogs.map(
        ({ name }) => `${aws}:athena:${region}:${account}:datacatalog/${name}`,
      ),
    },
    {
      Sid: 'ReadOtherCatalogs',
      Effect: 'Allow',
      Action: glueReads,
      Resource: needs.catalogs.flatMap((catalog) => {
        if (catalog.databases.length === 0) return [];
        const other = `${aws}:glue:${region}:${catalog.account}`;
        return [
          `${other}:catalog`,
          ...catalog.databases.map(({ name }) => `${other}:database/${name}`),
          ...catalog.databases.flatMap(({ name, reads }) =>
            reads.map((table) => `${other}:table/${name}/${table}`),
          ),
        ];
      }),
    },
    {
      Sid: 'FindReferences',
      Effect: 'Allow',
      Action: ['glue:GetDatabases', 'glue:GetTables', 'glue:GetPartitions'],
      // What another table refers to must not be removed, so all of them are read.
      Resource: needs.gc ? [`${glue}:catalog`, `${glue}:database/*`, `${glue}:table/*/*`] : [],
    },
    {
      Sid: 'WriteTables',
      Effect: 'Allow',
      Action: [...glueWrites, ...(needs.writesPartitions ? gluePartitionWrites : [])],
      Resource:
        written.length === 0
          ? []
          : [`${glue}:catalog`, ...databaseArns(written), ...tables('writes')],
    },
    {
      Sid: 'CreateDatabases',
      Effect: 'Allow',
      Action: ['glue:CreateDatabase'],
      Resource: written.length === 0 ? [] : [`${glue}:catalog`, ...databaseArns(written)],
    },
    {
      Sid: 'WriteData',
      Effect: 'Allow',
      Action: [...objectReads, ...objectWrites, 's3:DeleteObject'],
      Resource: objects(data),
    },
    {
      Sid: 'WriteResults',
      Effect: 'Allow',
      Action: [...objectReads, ...objectWrites],
      Resource: objects(results),
    },
    {
      Sid: land ? 'Land' : 'ReadLanding',
      Effect: 'Allow',
      Action: land ? [...objectReads, ...objectWrites] : objectReads,
      Resource: objects(landing),
    },
    {
      Sid: 'ReadSources',
      Effect: 'Allow',
      Action: objectReads,
      Resource: objects(sources),
    },
    ...unique(all.map(({ bucket }) => bucket)).map((bucket, index): PolicyStatement => {
      const folders = all.filter((each) => each.bucket === bucket).map(folderOf);
      return {
        Sid: `ListBucket${index + 1}`,
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: [`${aws}:s3:::${bucket}`],
        // Athena also lists the prefix without its slash.
        Condition: {
          StringLike: {
            's3:prefix': unique(folders.flatMap((each) => [each.slice(0, -1), `${each}*`])),
          },
        },
      };
    }),
    {
      Sid: 'Govern',
      Effect: 'Allow',
      Action: [
        'lakeformation:GetDataAccess',
        ...(needs.governs.tags ? tagCalls : []),
        ...(needs.governs.filters ? filterCalls : []),
      ],
      Resource: needs.governs.tags || needs.governs.filters ? ['*'] : [],
    },
    {
      Sid: 'LocateBuckets',
      Effect: 'Allow',
      Action: [
        's3:GetBucketLocation',
        ...(multipart.length > 0 ? ['s3:ListBucketMultipartUploads'] : []),
      ],
      Resource: unique(all.map(({ bucket }) => `${aws}:s3:::${bucket}`)),
    },
  ];
  return {
    Version: '2012-10-17',
    Statement: statements.flatMap((each) =>
      each.Resource.length === 0 ? [] : [{ ...each, Resource: unique(each.Resource) }],
    ),
  };
}

/** A managed policy may have that many characters, white space not counted (IAM User Guide, "IAM and AWS STS quotas"). */
export const policyCharacters = 6144;

/** Returns the characters of a policy that count. */
export function countCharacters(policy: PolicyDocument): number {
  return JSON.stringify(policy).length;
}
