import type { ConstraintProperties } from '../core/contract.js';
import { printPythonText, printPythonValue } from './print-python.js';

/** What a contract says, as far as its checksum is concerned. */
export interface ContractTerms {
  readonly columns: readonly {
    readonly name: string;
    readonly data_type?: string;
    readonly constraints?: readonly ConstraintProperties[];
  }[];
  readonly constraints: readonly ConstraintProperties[];
  readonly materialized: string;
}

function printConstraint(
  { type, name, expression, to, ...rest }: ConstraintProperties,
  level: 'column' | 'model',
): string {
  const values = [
    `type=<ConstraintType.${type}: ${printPythonText(type)}>`,
    `name=${printPythonValue(name ?? null)}`,
    `expression=${printPythonValue(expression ?? null)}`,
    `warn_unenforced=${printPythonValue(rest.warn_unenforced)}`,
    `warn_unsupported=${printPythonValue(rest.warn_unsupported)}`,
    `to=${printPythonValue(to ?? null)}`,
    `to_columns=${printPythonValue(rest.to_columns)}`,
    ...(level === 'model' ? [`columns=${printPythonValue(rest.columns)}`] : []),
  ];
  return `${level === 'model' ? 'ModelLevelConstraint' : 'ColumnLevelConstraint'}(${values.join(', ')})`;
}

function printConstraints(
  constraints: readonly ConstraintProperties[],
  level: 'column' | 'model',
): string {
  return `[${constraints.map((each) => printConstraint(each, level)).join(', ')}]`;
}

/**
 * Returns the text whose sha256 is dbt's checksum of a contract, as Python prints dbt's classes: the columns by name, and the
 * model's own constraints where a table is written. By it dbt and this tool find each other's contracts unchanged.
 * Source: dbt-core 1.10, `build_contract_checksum`.
 */
export function contractText({ columns, constraints, materialized }: ContractTerms): string {
  const ofColumns = [...columns]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(
      ({ name, data_type, constraints: held = [] }) =>
        `|${name}${data_type ?? 'None'}${printConstraints(held, 'column')}`,
    );
  const isTable = materialized === 'table' || materialized === 'incremental';
  return [
    ...ofColumns,
    ...(isTable ? [materialized, printConstraints(constraints, 'model')] : []),
  ].join('');
}
