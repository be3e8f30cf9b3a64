import type { TypedColumn } from '../core/adapter.js';
import { isBuilt } from '../core/is-built.js';
import type { RelationNode } from '../core/node.js';
import { relationKey } from '../core/relation.js';
import { isKnownType, isSameType } from '../core/widening.js';
import type { CompileOptions } from './compile-options.js';
import { isEphemeral } from './name-bindings.js';
import { warehouseColumns } from './warehouse-columns.js';

/** What of the nodes this command builds, and what it reads elsewhere. */
interface WhatIsBuilt {
  readonly built?: CompileOptions['built'] | undefined;
  readonly deferred?: CompileOptions['deferred'] | undefined;
}

/** Returns whether what is read of a node is its table, whatever its query or file says by now, as in dbt. */
function isReadAsIs(node: RelationNode, { built, deferred }: WhatIsBuilt): boolean {
  if (built === undefined || built.has(node.uniqueId)) return false;
  if (deferred?.has(node.uniqueId) === true || !isBuilt(node) || isEphemeral(node)) return false;
  return node.resourceType !== 'model' || node.config.materialized !== 'external_table';
}

/**
 * Returns the columns of the table of a node that this command does not build; `undefined` where it is built, or has no
 * table. `query` tells them as they are written: types that only differ in how the engine stores them are the query's.
 */
export function columnsAsTheyAre(
  node: RelationNode,
  query: readonly TypedColumn[] | undefined,
  options: WhatIsBuilt & Pick<CompileOptions, 'catalog' | 'dialect'>,
): readonly TypedColumn[] | undefined {
  if (!isReadAsIs(node, options) || !isBuilt(node)) return undefined;
  const { catalog, dialect } = options;
  const existing = catalog.relations.get(relationKey(node.relation));
  if (existing === undefined || existing.isUnfinished === true) return undefined;
  const found = warehouseColumns(node.relation, options);
  if (found === undefined || dialect.native) return found;
  const rules = dialect.tableColumnRules;
  const isStored = (type: TypedColumn['type'], name: string): boolean => {
    const column = existing.columns.find((each) => each.name.toLowerCase() === name.toLowerCase());
    const stored = rules?.storedType(type, node);
    if (rules === undefined || column === undefined || stored === undefined) return false;
    return isSameType(stored, rules.readType(column, existing));
  };
  return found.map((column) => {
    const { name = '' } = column;
    const written = query?.find((each) => each.name?.toLowerCase() === name.toLowerCase());
    if (written === undefined || !isKnownType(written.type)) return column;
    return !isKnownType(column.type) || isStored(written.type, name) ? written : column;
  });
}
