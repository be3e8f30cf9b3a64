import type { Alteration, TableColumnRules } from '../../core/adapter.js';
import type { CatalogRelation } from '../../core/catalog.js';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { SnapshotNode } from '../../core/node.js';
import { displayRelation } from '../../core/relation.js';
import { failure, success, type Result } from '../../core/result.js';
import { formatType } from '../../core/sql-type.js';
import { isKnownType, isWidening } from '../../core/widening.js';
import type { ModelPlanInput } from '../materialization.js';
import { compareColumns, describeRetyped } from '../schema-change.js';
import type { QueryColumn } from './snapshot-sql.js';

/**
 * Returns why what has a snapshot's name in the warehouse is not its table. It is neither replaced nor repaired: rows of the
 * past might be in it. Code: `snapshot-table-invalid`.
 */
export function checkTable(
  node: SnapshotNode,
  existing: CatalogRelation,
  query: readonly QueryColumn[],
  rules: TableColumnRules | undefined,
): readonly Diagnostic[] {
  const { location } = node;
  const shown = displayRelation(existing.relation);
  const refuse = (message: string, hint: string): readonly Diagnostic[] => [
    errorDiagnostic('snapshot-table-invalid', message, { location, hint }),
  ];
  const another =
    "give the snapshot another 'alias' or 'schema', or move the relation away yourself";
  if (existing.relation.type !== 'table' || existing.isUnfinished === true) {
    const found =
      existing.isUnfinished === true ? 'not finished' : (existing.relation.type ?? 'unknown');
    return refuse(
      `snapshot '${node.name}' would write to ${shown}, which is no table of a snapshot: it is ${found === 'view' ? 'a view' : found}`,
      another,
    );
  }
  const { isDeleted, ...meta } = node.rules.columns;
  const wanted: readonly string[] = Object.values(meta);
  const there = new Map(existing.columns.map((column) => [column.name.toLowerCase(), column]));
  const missing = wanted.filter((name) => !there.has(name.toLowerCase()));
  if (missing.length > 0) {
    const list = missing.map((name) => `'${name}'`).join(', ');
    return refuse(
      `snapshot '${node.name}' would write to ${shown}, which is no table of a snapshot, or lost columns of one: it has no ${list}`,
      missing.length === wanted.length
        ? another
        : `put the column back; if it was renamed, say so: \`snapshot_meta_column_names\``,
    );
  }
  if (node.rules.hardDeletes === 'new_record' && !there.has(isDeleted.toLowerCase())) {
    return refuse(
      `snapshot '${node.name}' has hard_deletes: new_record, but its table ${shown} has no '${isDeleted}'`,
      `add it to the table (ALTER TABLE … ADD COLUMN ${isDeleted}, of texts) and set it to 'False' in all rows, or use hard_deletes: invalidate`,
    );
  }
  const { updatedAt } = node.rules;
  const time = query.find(({ name }) => name.toLowerCase() === updatedAt?.toLowerCase());
  return [node.rules.columns.updatedAt, node.rules.columns.validFrom, node.rules.columns.validTo]
    .flatMap((name) => there.get(name.toLowerCase()) ?? [])
    .flatMap((column) => {
      const type = rules?.readType(column, existing);
      if (type === undefined || !isKnownType(type)) return [];
      if (type.kind === 'timestamp' && !type.withZone) return [];
      // As dbt makes it of an `updated_at` that is a date; of another, a part of the time would be lost.
      if (type.kind === 'date' && time?.type.kind === 'date') return [];
      return refuse(
        `snapshot '${node.name}' keeps times in '${column.name}', which is ${formatType(type)} in its table ${shown}`,
        'change the column to timestamp(6); a value with a zone becomes that of UTC',
      );
    });
}

/**
 * Returns how the table of a snapshot changes before rows are written: columns that are new in the query are added, types
 * become wider; a column that the query lost stays, and new rows have NULL in it. `null`: it stays as it is. Code:
 * `snapshot-table-invalid` for another change of a type.
 */
export function planAlteration(
  node: SnapshotNode,
  input: ModelPlanInput,
  existing: CatalogRelation,
): Result<Alteration | null> {
  const { added, retyped } = compareColumns(input, existing);
  const rules = input.dialect.tableColumnRules;
  const alteration: Alteration = {
    add: added,
    change: retyped
      .filter(({ wanted, found }) => isWidening(found.type, wanted.type))
      .map(({ wanted }) => wanted),
    drop: [],
  };
  const reasons = [
    ...added
      .filter(({ type }) => !isKnownType(type))
      .map(({ name }) => `the type of the new column '${name}' is not known`),
    ...retyped
      .filter(({ wanted, found }) => isKnownType(found.type) && !fits(wanted.type, found.type))
      .map(describeRetyped),
    ...(rules?.refuse(alteration, { model: node, existing }) ?? []),
  ];
  if (reasons.length > 0) {
    const message = `the table of snapshot '${node.name}' cannot take what its query returns: ${reasons.join('; ')}`;
    const hint =
      'cast the columns in the query, or in a model that the snapshot reads; the rows of the past stay as they are';
    return failure([
      errorDiagnostic('snapshot-table-invalid', message, { location: node.location, hint }),
    ]);
  }
  const isSame = alteration.add.length + alteration.change.length === 0;
  return success(isSame ? null : alteration);
}

type Type = Alteration['add'][number]['type'];

/** Whether one of the two types holds every value of the other. */
function fits(wanted: Type, found: Type): boolean {
  return isWidening(found, wanted) || isWidening(wanted, found);
}
