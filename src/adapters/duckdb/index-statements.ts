import { isMapping } from '../../core/is-mapping.js';
import type { BuiltNode, JsonValue } from '../../core/node.js';
import type { Relation } from '../../core/relation.js';
import { quoteName, quoteRelation } from './quote.js';

/** The configuration of models that dbt-duckdb has for indexes. */
export const indexModelKeys: Readonly<Record<string, JsonValue>> = {
  indexes: {
    type: 'array',
    description:
      'table, incremental: the indexes that DuckDB makes when the table is built anew: `[{columns: [id], unique: true}]`.',
  },
};

/** Returns the statements that make the indexes which a model asks for, on its published table. */
export function indexStatements(model: BuiltNode, published: Relation): readonly string[] {
  const asked = model.resourceType === 'model' ? model.config.extra['indexes'] : undefined;
  const list: readonly JsonValue[] = Array.isArray(asked) ? asked : [];
  return list.flatMap((each, index) => {
    const { columns, unique } = isMapping(each) ? each : {};
    const names = (Array.isArray(columns) ? (columns as readonly JsonValue[]) : [columns]).filter(
      (name) => typeof name === 'string',
    );
    if (names.length === 0) return [];
    const name = quoteName(`${published.identifier}__index_${index + 1}`);
    // As in dbt, a column may be an expression.
    return [
      `create ${unique === true ? 'unique ' : ''}index ${name} on ${quoteRelation(published)} (${names.join(', ')})`,
    ];
  });
}
