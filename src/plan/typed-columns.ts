import type { Alteration, TypedColumn } from '../core/adapter.js';
import type { CatalogRelation } from '../core/catalog.js';
import type { ModelPlanInput } from './materialization.js';

/** Returns the columns of a table as they are when rows are written, in its order. */
export function typedColumns(
  { dialect }: ModelPlanInput,
  existing: CatalogRelation,
  alteration: Alteration | undefined,
): readonly TypedColumn[] {
  const changed = new Map(
    [...(alteration?.change ?? [])].map(({ name, type }) => [name.toLowerCase(), type]),
  );
  const gone = new Set(alteration?.drop.map((name) => name.toLowerCase()));
  return [
    ...existing.columns
      .filter(({ name }) => !gone.has(name.toLowerCase()))
      .map((column): TypedColumn => ({
        name: column.name,
        type: changed.get(column.name.toLowerCase()) ??
          dialect.tableColumnRules?.readType(column, existing) ?? { kind: 'any' },
      })),
    ...(alteration?.add ?? []),
  ];
}
