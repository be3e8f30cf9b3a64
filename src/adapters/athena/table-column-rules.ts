import type { Alteration, TableColumnRules } from '../../core/adapter.js';
import type { Relation } from '../../core/relation.js';
import type { SqlType } from '../../core/sql-type.js';
import { readModelConfig, type ModelStorage } from './model-config.js';
import { quoteDdlName, quoteDdlRelation } from './quote.js';
import { formatHiveType, readHiveType } from './storage/hive-type.js';
import { storedType, type TableType } from './storage/stored-type.js';

/** Lengths of varchar differ from one query to the next without a difference of values: Athena may know one or not. */
function withoutLengths(type: SqlType): SqlType {
  switch (type.kind) {
    case 'varchar':
      return { kind: 'varchar' };
    case 'array':
      return { kind: 'array', element: withoutLengths(type.element) };
    case 'map':
      return { kind: 'map', key: withoutLengths(type.key), value: withoutLengths(type.value) };
    case 'row':
      return {
        kind: 'row',
        fields: type.fields.map((field) => ({ ...field, type: withoutLengths(field.type) })),
      };
    default:
      return type;
  }
}

/** The formats whose readers find columns by name, or know none at the end of a row. Athena User Guide, "Updates by format". */
const growingFormats: readonly string[] = ['parquet', 'orc'];

/** Why a Hive table cannot change so: its files stay, and each partition lists columns of its own. */
function refuseHive(
  { add, change, drop }: Alteration,
  { format }: Pick<ModelStorage, 'format'>,
): readonly string[] {
  return [
    ...(change.length > 0
      ? [`a Hive table cannot change the type of ${listNames(change)}, because its files stay`]
      : []),
    ...(drop.length > 0
      ? [
          `a Hive table cannot lose ${listNames(drop.map((name) => ({ name })))}, because its files stay`,
        ]
      : []),
    ...(add.length === 0 || growingFormats.includes(format)
      ? []
      : [
          `a Hive table of the format '${format}' cannot get columns: its files tell them by their place`,
        ]),
  ];
}

function listNames(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => `'${name}'`).join(', ');
}

function tableTypeIn(attributes: Readonly<Record<string, string>> | undefined): TableType {
  return attributes?.table_type === 'hive' ? 'hive' : 'iceberg';
}

/** What tables of Athena store, and how they can change without their files being written anew. */
export const tableColumnRules: TableColumnRules = {
  readType: ({ type }, { attributes }) =>
    withoutLengths(readHiveType(type, tableTypeIn(attributes) === 'hive' ? 3 : 6)),
  storedType(type, model) {
    const stored = storedType(type, readModelConfig(model).storage.tableType);
    return 'type' in stored ? withoutLengths(stored.type) : undefined;
  },
  refuse(alteration, { model, existing }) {
    const { storage } = readModelConfig(model);
    if (tableTypeIn(existing.attributes) === 'hive') return refuseHive(alteration, storage);
    const partitions = new Set(storage.partitionedBy.map(({ column }) => column));
    return [...alteration.drop, ...alteration.change.map(({ name }) => name)]
      .filter((name) => partitions.has(name.toLowerCase()))
      .map((name) => `the table is partitioned by '${name}', which therefore stays as it is`);
  },
};

/**
 * Returns the statements that alter an Iceberg table: of its metadata alone. DDL, with backticks and Hive's types.
 * Source: Athena User Guide, "Evolve Iceberg table schema".
 */
export function alterStatements(relation: Relation, { add, change, drop }: Alteration): string[] {
  const alter = `ALTER TABLE ${quoteDdlRelation(relation)}`;
  const typed = ({ name, type }: Alteration['add'][number]): string =>
    `${quoteDdlName(name)} ${formatHiveType(type) ?? ''}`;
  return [
    ...(add.length > 0 ? [`${alter} ADD COLUMNS (${add.map(typed).join(', ')})`] : []),
    ...change.map(
      (column) => `${alter} CHANGE COLUMN ${quoteDdlName(column.name)} ${typed(column)}`,
    ),
    ...drop.map((name) => `${alter} DROP COLUMN ${quoteDdlName(name)}`),
  ];
}
