import type { ModelCheck, TypedColumn } from '../../core/adapter.js';
import type { CatalogRelation } from '../../core/catalog.js';
import { configIssueDiagnostic } from '../../core/config-issue.js';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { locateConfigKey } from '../../core/locate-config-key.js';
import type { BuiltNode } from '../../core/node.js';
import { displayRelation } from '../../core/relation.js';
import { didYouMean } from '../../core/suggest.js';
import { checkGovernedColumns } from './lakeformation/check-governed-columns.js';
import { readGovernance } from './lakeformation/governance.js';
import { readModelConfig, type ModelStorage } from './model-config.js';
import { checkDeclaredColumns } from './storage/declared-columns.js';
import { storedType } from './storage/stored-type.js';

/** Names have at most 255 bytes; the name of a staged relation has 25 more than the published one's. */
const longestName = 230;

function isStored({ config }: BuiltNode): boolean {
  return ['table', 'incremental', 'seed', 'snapshot'].includes(config.materialized);
}

/** Athena User Guide, "Name databases, tables, and columns". */
function checkNames({ model }: ModelCheck): readonly Diagnostic[] {
  const { schema, identifier } = model.relation;
  const location = { path: model.path };
  return [
    ['the schema', schema, 'schema'] as const,
    ['the relation', identifier, 'alias'] as const,
  ].flatMap(([what, name, key]) => {
    if (/^[a-z0-9_]+$/i.test(name) && name.length <= longestName) return [];
    const message = `${what} of model '${model.name}' is named '${name}', but Athena's names have letters, digits and '_' only, at most ${longestName} of them here`;
    return [
      errorDiagnostic('config-invalid-value', message, {
        location,
        hint: `give the model another '${key}'`,
      }),
    ];
  });
}

function checkColumns(
  { model, columns = [] }: ModelCheck,
  storage: ModelStorage,
): readonly Diagnostic[] {
  const location = { path: model.path };
  return columns.flatMap(({ name, type }) => {
    if (name === undefined) return [];
    const problems: Diagnostic[] = [];
    if (!/^[a-z0-9_]+$/i.test(name)) {
      const message = `column '${name}' of model '${model.name}' has a name that no table of Athena can have: letters, digits and '_' only`;
      problems.push(
        errorDiagnostic('column-name-invalid', message, {
          location,
          hint: `write \`AS ${name.replaceAll(/[^a-z0-9_]+/gi, '_').toLowerCase()}\``,
        }),
      );
    }
    const stored = storedType(type, storage.tableType);
    if ('problem' in stored) {
      const message = `column '${name}' of model '${model.name}' ${stored.problem}`;
      const hint = `write ${stored.cast(name)} AS ${name}`;
      problems.push(errorDiagnostic('type-not-storable', message, { location, hint }));
    }
    return problems;
  });
}

/** Whether the columns that the storage names are columns of the query. */
function checkStorageColumns(
  { model, columns }: ModelCheck,
  { tableType, partitionedBy, bucketing }: ModelStorage,
): readonly Diagnostic[] {
  const names = columns?.flatMap(({ name }: TypedColumn) => name?.toLowerCase() ?? []);
  if (names === undefined || names.length === 0) return [];
  const missing = (key: string, wanted: readonly string[]): readonly Diagnostic[] =>
    wanted
      .filter((name) => !names.includes(name))
      .map((name) =>
        errorDiagnostic(
          'materialization-invalid',
          `model '${model.name}' is stored by the column '${name}' (${key}), which its query does not have`,
          {
            location: locateConfigKey(model, key),
            hint: didYouMean(name, names, `the columns are ${names.join(', ')}`),
          },
        ),
      );
  const partitions = partitionedBy.map(({ column }) => column);
  const allPartitions = tableType === 'hive' && names.every((name) => partitions.includes(name));
  return [
    ...missing('partitioned_by', partitions),
    ...missing('bucketed_by', bucketing?.columns ?? []),
    ...(allPartitions
      ? [
          errorDiagnostic(
            'materialization-invalid',
            `every column of model '${model.name}' is a partition of its Hive table, which leaves none for the files`,
            { location: locateConfigKey(model, 'partitioned_by'), hint: 'partition by fewer' },
          ),
        ]
      : []),
  ];
}

/** Nobody else's table is replaced; nor one whose marks are gone, for what else they said of it is gone as well (ADR 6). */
function checkOwner(model: BuiltNode, existing: CatalogRelation): readonly Diagnostic[] {
  const { attributes = {} } = existing;
  const { owned, project, lies_in: place, table_type: tableType } = attributes;
  if (owned === 'yes') return [];
  const shown = displayRelation(existing.relation);
  const by =
    project !== undefined
      ? `the project '${project}' made it`
      : place === 'run-folder'
        ? 'its rows lie where a run of stedi-sql wrote them, but another tool has replaced its parameters, or made it anew'
        : 'stedi-sql did not make it';
  const mark = `stedi_sql.project=${attributes['asking_project'] ?? model.packageName}`;
  // Whether all partitions were published stood in another mark.
  const wholly = model.config.materialized === 'incremental' && tableType === 'hive';
  return [
    errorDiagnostic(
      'relation-not-owned',
      `model '${model.name}' would replace ${shown}, which is not this project's: ${by}`,
      {
        location: { path: model.path },
        hint: `give the model another 'alias' or 'schema', drop the relation yourself, or hand it over by giving the Glue table the parameter ${mark}${wholly ? ', and build it once with --full-refresh' : ''}`,
      },
    ),
  ];
}

/**
 * Returns what Athena cannot do of a model's configuration and columns, before anything runs. Codes: `config-conflict`,
 * `config-invalid-value`, `config-unsupported`, `materialization-invalid`, `type-not-storable`, `column-name-invalid`,
 * `relation-not-owned`.
 */
export function checkModel(check: ModelCheck): readonly Diagnostic[] {
  const { model, existing } = check;
  const { storage, issues } = readModelConfig(model);
  return [
    ...[...issues, ...readGovernance(model).issues].map((each) =>
      configIssueDiagnostic(
        { ...each, message: `${model.resourceType} '${model.name}': ${each.message}` },
        locateConfigKey(model, String(each.path[0])),
      ),
    ),
    ...checkNames(check),
    ...checkGovernedColumns(check),
    ...(isStored(model)
      ? [...checkColumns(check, storage), ...checkStorageColumns(check, storage)]
      : []),
    ...(model.config.materialized === 'external_table' ? checkDeclaredColumns(model, storage) : []),
    ...(existing === undefined ? [] : checkOwner(model, existing)),
  ];
}
