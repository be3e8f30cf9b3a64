import type { Constraint } from '../../../core/contract.js';
import type { ColumnProperties, ModelNode } from '../../../core/node.js';
import type { Json } from './manifest-input.js';

/** Returns columns by name, as YAML describes them. */
export function toColumns(columns: readonly ColumnProperties[]): Json {
  return Object.fromEntries(
    columns.map(
      ({ name, description, data_type, tags, meta, constraints = [], quote, docBlocks }) => [
        name,
        {
          name,
          description,
          data_type: data_type ?? null,
          meta,
          tags,
          constraints: constraints.map((each) => toConstraint(each)),
          quote: quote ?? null,
          config: { meta, tags },
          granularity: null,
          doc_blocks: docBlocks ?? [],
        },
      ],
    ),
  );
}

/** A constraint under dbt's keys; those of a model name their columns. */
function toConstraint(constraint: Constraint, { ofModel = false } = {}): Json {
  const { type, name, expression, to, to_columns, columns } = constraint;
  return {
    type,
    name: name ?? null,
    expression: expression ?? null,
    warn_unenforced: constraint.warn_unenforced,
    warn_unsupported: constraint.warn_unsupported,
    to: to ?? null,
    to_columns,
    ...(ofModel && { columns }),
  };
}

/** What dbt writes of the contract of what has none. */
export const noContract = { enforced: false, alias_types: true, checksum: null } as const;

/** Returns what dbt writes of a model's contract and constraints. */
export function toContract({ contract, constraints = [] }: ModelNode): Json {
  return {
    contract: contract
      ? { enforced: true, alias_types: contract.aliasTypes, checksum: contract.checksum }
      : noContract,
    constraints: constraints.map((each) => toConstraint(each, { ofModel: true })),
  };
}
