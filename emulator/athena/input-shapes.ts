import { flag, list, structure, text, whole } from './input-shape.js';

/*
 * The constraints of Athena's service model (2017-05-18) on what the emulator answers to. Members that only Spark
 * workgroups know are let through unchecked.
 */

const queryId = text({ min: 1, max: 128, pattern: /^\S+$/ });
const workGroup = text({ pattern: /^[a-zA-Z0-9._-]{1,128}$/ });
const catalogName = text({ min: 1, max: 256 });
const databaseName = text({ min: 1, max: 255 });
const metadataName = text({ min: 1, max: 128 });
const sql = text({ min: 1, max: 262_144, bytes: true });
const description = text({ min: 1, max: 1024 });
const looseDescription = text({ max: 1024 });
/** The lower bound counts characters and the upper one bytes (measured); tokens of the SDKs are ASCII, so bytes do. */
const requestToken = text({ min: 32, max: 128, bytes: true });
const statementName = text({ min: 1, max: 256, pattern: /^[a-zA-Z_][a-zA-Z0-9_@:]{0,255}$/ });
const resourceArn = text({ min: 1, max: 1011 });
const tag = structure({ Key: text({ min: 1, max: 128 }), Value: text({ max: 256 }) });
const namedQueryName = text({ min: 1, max: 128 });

const paging = (limits: { readonly min: number; readonly max: number }) => ({
  NextToken: text({ min: 1, max: 1024 }),
  MaxResults: whole(limits),
});
const upTo50 = paging({ min: 1, max: 50 });

const encryption = structure({
  'EncryptionOption!': text({ values: ['SSE_S3', 'SSE_KMS', 'CSE_KMS'] }),
  KmsKey: text(),
});
const bucketOwner = text({ pattern: /^[0-9]{12}$/ });
const acl = structure({ 'S3AclOption!': text({ values: ['BUCKET_OWNER_FULL_CONTROL'] }) });
const resultConfiguration = structure({
  OutputLocation: text(),
  EncryptionConfiguration: encryption,
  ExpectedBucketOwner: bucketOwner,
  AclConfiguration: acl,
});
const managedEncryption = structure({ 'KmsKey!': text({ min: 1, max: 2048 }) });
const engineVersion = structure({
  SelectedEngineVersion: text({ min: 1, max: 128 }),
  EffectiveEngineVersion: text({ min: 1, max: 128 }),
});

/** What CreateWorkGroup and UpdateWorkGroup share. */
const workGroupSettings = {
  EnforceWorkGroupConfiguration: flag,
  PublishCloudWatchMetricsEnabled: flag,
  BytesScannedCutoffPerQuery: whole({ min: 10_000_000 }),
  RequesterPaysEnabled: flag,
  EngineVersion: engineVersion,
  AdditionalConfiguration: text({ min: 1, max: 128 }),
  ExecutionRole: text({ min: 20, max: 2048 }),
  EnableMinimumEncryptionConfiguration: flag,
};

const preparedStatement = {
  'StatementName!': statementName,
  'WorkGroup!': workGroup,
};

export const inputShapes = {
  startQueryExecution: structure({
    'QueryString!': sql,
    ClientRequestToken: requestToken,
    QueryExecutionContext: structure({ Database: databaseName, Catalog: catalogName }),
    ResultConfiguration: resultConfiguration,
    WorkGroup: workGroup,
    ExecutionParameters: list(text({ min: 1, max: 1024 }), { min: 1 }),
    ResultReuseConfiguration: structure({
      ResultReuseByAgeConfiguration: structure({
        'Enabled!': flag,
        MaxAgeInMinutes: whole({ min: 0, max: 10_080 }),
      }),
    }),
  }),
  queryId: structure({ 'QueryExecutionId!': queryId }),
  batchGetQueryExecution: structure({ 'QueryExecutionIds!': list(queryId, { min: 1, max: 50 }) }),
  listQueryExecutions: structure({ ...paging({ min: 0, max: 50 }), WorkGroup: workGroup }),
  /** More than 1000 rows are refused later, with another text (measured). */
  getQueryResults: structure({
    'QueryExecutionId!': queryId,
    ...paging({ min: 1, max: 100_000 }),
    QueryResultType: text({ values: ['DATA_MANIFEST', 'DATA_ROWS'] }),
  }),

  createWorkGroup: structure({
    'Name!': workGroup,
    Configuration: structure({
      ResultConfiguration: resultConfiguration,
      ManagedQueryResultsConfiguration: structure({
        'Enabled!': flag,
        EncryptionConfiguration: managedEncryption,
      }),
      ...workGroupSettings,
    }),
    Description: looseDescription,
    Tags: list(tag),
  }),
  workGroup: structure({ 'WorkGroup!': workGroup }),
  updateWorkGroup: structure({
    'WorkGroup!': workGroup,
    Description: looseDescription,
    ConfigurationUpdates: structure({
      ResultConfigurationUpdates: structure({
        OutputLocation: text(),
        RemoveOutputLocation: flag,
        EncryptionConfiguration: encryption,
        RemoveEncryptionConfiguration: flag,
        ExpectedBucketOwner: bucketOwner,
        RemoveExpectedBucketOwner: flag,
        AclConfiguration: acl,
        RemoveAclConfiguration: flag,
      }),
      ManagedQueryResultsConfigurationUpdates: structure({
        Enabled: flag,
        EncryptionConfiguration: managedEncryption,
        RemoveEncryptionConfiguration: flag,
      }),
      RemoveBytesScannedCutoffPerQuery: flag,
      RemoveCustomerContentEncryptionConfiguration: flag,
      ...workGroupSettings,
    }),
    State: text({ values: ['ENABLED', 'DISABLED'] }),
  }),
  deleteWorkGroup: structure({ 'WorkGroup!': workGroup, RecursiveDeleteOption: flag }),
  listWorkGroups: structure(upTo50),

  createNamedQuery: structure({
    'Name!': namedQueryName,
    Description: description,
    'Database!': databaseName,
    'QueryString!': sql,
    ClientRequestToken: requestToken,
    WorkGroup: workGroup,
  }),
  namedQueryId: structure({ 'NamedQueryId!': queryId }),
  batchGetNamedQuery: structure({ 'NamedQueryIds!': list(queryId, { min: 1, max: 50 }) }),
  updateNamedQuery: structure({
    'NamedQueryId!': queryId,
    'Name!': namedQueryName,
    Description: looseDescription,
    'QueryString!': sql,
  }),
  listNamedQueries: structure({ ...paging({ min: 0, max: 50 }), WorkGroup: workGroup }),

  writePreparedStatement: structure({
    ...preparedStatement,
    'QueryStatement!': sql,
    Description: description,
  }),
  preparedStatement: structure(preparedStatement),
  batchGetPreparedStatement: structure({
    'PreparedStatementNames!': list(text()),
    'WorkGroup!': workGroup,
  }),
  listPreparedStatements: structure({ 'WorkGroup!': workGroup, ...upTo50 }),

  createDataCatalog: structure({
    'Name!': catalogName,
    'Type!': text({ values: ['LAMBDA', 'GLUE', 'HIVE', 'FEDERATED'] }),
    Description: description,
    Tags: list(tag),
  }),
  deleteDataCatalog: structure({ 'Name!': catalogName, DeleteCatalogOnly: flag }),
  getDataCatalog: structure({ 'Name!': catalogName, WorkGroup: workGroup }),
  listDataCatalogs: structure({ ...paging({ min: 2, max: 50 }), WorkGroup: workGroup }),
  getDatabase: structure({
    'CatalogName!': catalogName,
    'DatabaseName!': metadataName,
    WorkGroup: workGroup,
  }),
  listDatabases: structure({ 'CatalogName!': catalogName, ...upTo50, WorkGroup: workGroup }),
  getTableMetadata: structure({
    'CatalogName!': catalogName,
    'DatabaseName!': metadataName,
    'TableName!': metadataName,
    WorkGroup: workGroup,
  }),
  listTableMetadata: structure({
    'CatalogName!': catalogName,
    'DatabaseName!': metadataName,
    Expression: text({ max: 256 }),
    ...upTo50,
    WorkGroup: workGroup,
  }),
  listEngineVersions: structure(paging({ min: 1, max: 10 })),

  tagResource: structure({ 'ResourceARN!': resourceArn, 'Tags!': list(tag) }),
  untagResource: structure({
    'ResourceARN!': resourceArn,
    'TagKeys!': list(text({ min: 1, max: 128 })),
  }),
  listTagsForResource: structure({
    'ResourceARN!': resourceArn,
    NextToken: text({ min: 1, max: 1024 }),
    MaxResults: whole({ min: 75 }),
  }),
};
