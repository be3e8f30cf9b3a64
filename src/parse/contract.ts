import type { Constraint, Contract } from '../core/contract.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { isMapping } from '../core/is-mapping.js';
import type { ModelNode } from '../core/node.js';
import { didYouMean } from '../core/suggest.js';
import { contractText } from './contract-text.js';
import { locateModelConfig } from './locate-model-config.js';
import { locateEntry, toConstraints, type DescribedModel } from './model-entries.js';

/** dbt checks contracts of these, and constraints of all but views. */
const contractable: readonly string[] = ['table', 'incremental', 'view'];

/** Returns a model's constraints, and its contract if that is enforced. */
export function readContract(
  {
    path,
    config,
    described,
  }: Pick<ModelNode, 'name' | 'path' | 'config'> & {
    readonly described: DescribedModel | undefined;
  },
  hash: (text: string) => string,
): Pick<ModelNode, 'constraints' | 'contract'> {
  const constraints =
    described?.entry.constraints &&
    toConstraints(described.entry.constraints, described.properties);
  const { contract: wanted } = config.extra;
  if (!isMapping(wanted) || wanted['enforced'] !== true) {
    return constraints ? { constraints } : {};
  }
  const entries = described?.entry.columns ?? [];
  const columns = entries.map(({ name, data_type }, index) => ({
    name,
    ...(data_type !== undefined && { data_type }),
    location: described?.properties.locate([
      ...described.entry.yamlPath,
      'columns',
      index,
      data_type === undefined ? 'name' : 'data_type',
    ]) ?? { path },
  }));
  const terms = {
    columns: entries,
    constraints: described?.entry.constraints ?? [],
    materialized: config.materialized,
  };
  const contract: Contract = {
    aliasTypes: wanted['alias_types'] !== false,
    checksum: hash(contractText(terms)),
    columns,
    location: described ? locateEntry(described.properties, described.entry) : { path },
  };
  return { contract, ...(constraints && { constraints }) };
}

/**
 * Returns what is wrong with an enforced contract that can be seen without its query: no columns, a column without a type,
 * a materialization that nothing is written for, constraints that cannot be. dbt's rules. Diagnostics: `contract-invalid`.
 */
export function checkContract(
  model: ModelNode,
  described: DescribedModel | undefined,
): readonly Diagnostic[] {
  const { contract, name, config } = model;
  if (contract === undefined) return [];
  const enforced = locateModelConfig(model, described, 'contract');
  const problems: Diagnostic[] = [];
  const complain = (message: string, hint: string, location = enforced): void => {
    problems.push(errorDiagnostic('contract-invalid', message, { location, hint }));
  };
  if (!contractable.includes(config.materialized)) {
    complain(
      `model '${name}' has an enforced contract, and is ${config.materialized}`,
      'only a table, view or incremental model can have one: remove the contract, or change `materialized`',
    );
    return problems;
  }
  if (contract.columns.length === 0) {
    complain(
      `model '${name}' has an enforced contract, and no columns in YAML`,
      'describe each column under `columns:` with `name` and `data_type`',
    );
  }
  for (const { name: column, data_type, location } of contract.columns) {
    if (data_type !== undefined) continue;
    complain(
      `column '${column}' of model '${name}' has no data_type, which its contract needs`,
      'add `data_type:`, such as bigint or varchar',
      location,
    );
  }
  const reaction = config.extra['on_schema_change'] ?? 'ignore';
  if (
    config.materialized === 'incremental' &&
    reaction !== 'append_new_columns' &&
    reaction !== 'fail'
  ) {
    complain(
      `incremental model '${name}' has an enforced contract and on_schema_change: ${typeof reaction === 'string' ? reaction : 'ignore'}, so its table may not keep what the contract says`,
      'set on_schema_change to append_new_columns or fail',
    );
  }
  return [...problems, ...checkConstraints(model)];
}

/** Returns what is wrong with constraints. */
function checkConstraints(model: ModelNode): readonly Diagnostic[] {
  const { name, columns, constraints = [] } = model;
  const all: readonly { readonly constraint: Constraint; readonly column?: string }[] = [
    ...columns.flatMap((column) =>
      (column.constraints ?? []).map((constraint) => ({ constraint, column: column.name })),
    ),
    ...constraints.map((constraint) => ({ constraint })),
  ];
  const problems: Diagnostic[] = [];
  const names = columns.map((column) => column.name);
  const known = new Set(names.map((each) => each.toLowerCase()));
  for (const { constraint, column } of all) {
    const { type, location } = constraint;
    const of = column === undefined ? `model '${name}'` : `column '${column}' of model '${name}'`;
    const complain = (message: string, hint: string): void => {
      problems.push(errorDiagnostic('contract-invalid', message, { location, hint }));
    };
    if (type === 'check' && constraint.expression === undefined) {
      complain(`the check constraint of ${of} has no expression`, "add `expression: 'amount > 0'`");
    }
    if (type === 'not_null' && column === undefined && constraint.columns.length === 0) {
      complain(`the not_null constraint of ${of} names no columns`, 'add `columns: […]`');
    }
    for (const each of constraint.columns) {
      if (known.has(each.toLowerCase())) continue;
      const hint = didYouMean(each, names, `the columns are ${names.join(', ')}`) ?? '';
      complain(
        `the ${type} constraint of ${of} names the column '${each}', which it has not`,
        hint,
      );
    }
  }
  const keys = columns.filter((each) =>
    each.constraints?.some(({ type }) => type === 'primary_key'),
  );
  const [first, second] = keys;
  const ofModel = constraints.find(({ type }) => type === 'primary_key');
  const twice = second ?? (ofModel && first);
  if (twice !== undefined) {
    const message = `model '${name}' has more than one primary_key`;
    const location = twice.constraints?.find(({ type }) => type === 'primary_key')?.location;
    const hint = 'write one for the model, with all of its `columns`';
    problems.push(errorDiagnostic('contract-invalid', message, { location, hint }));
  }
  return problems;
}
