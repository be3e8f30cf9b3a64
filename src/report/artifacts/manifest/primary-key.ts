import type { JsonValue, ModelNode, ParsedNode } from '../../../core/node.js';
import type { ManifestInput } from './manifest-input.js';

const uniqueTests: readonly (string | undefined)[] = ['unique', 'unique_combination_of_columns'];

/** The columns that a generic test of a model speaks of, with its name. */
interface TestedColumns {
  readonly testName: string | undefined;
  readonly columns: readonly string[];
}

function testedColumns(node: ParsedNode | undefined, model: ModelNode): readonly TestedColumns[] {
  if (node?.resourceType !== 'test' || node.generic?.attachedNode !== model.uniqueId) return [];
  const { name, kwargs } = node.generic.metadata;
  const { column_name: column, combination_of_columns: several } = kwargs;
  const named: readonly JsonValue[] = Array.isArray(several) ? several : [];
  const values = typeof column === 'string' ? [column] : named;
  return [{ testName: name, columns: values.filter((each) => typeof each === 'string') }];
}

/**
 * Returns the columns that tell the rows of a model apart, by name: those of a primary key constraint, else those that data
 * tests find unique and not null, else unique; none if nothing says it. Source: dbt-core 1.10, `infer_primary_key`.
 */
export function inferPrimaryKey(
  model: ModelNode,
  { graph, disabled }: Pick<ManifestInput, 'graph' | 'disabled'>,
): readonly string[] {
  const ofModel = model.constraints?.find(({ type }) => type === 'primary_key');
  if (ofModel !== undefined) return [...ofModel.columns].sort();
  const keyColumn = model.columns.find(({ constraints = [] }) =>
    constraints.some(({ type }) => type === 'primary_key'),
  );
  if (keyColumn !== undefined) return [keyColumn.name];
  const enabled = (graph.children.get(model.uniqueId) ?? []).flatMap((id) =>
    testedColumns(graph.nodes.get(id), model),
  );
  const off = disabled.flatMap((node) => testedColumns(node, model));
  const columnsOf = (
    tests: readonly TestedColumns[],
    isWanted: (name: string | undefined) => boolean,
  ) => new Set(tests.flatMap(({ testName, columns }) => (isWanted(testName) ? columns : [])));
  const isUnique = (name: string | undefined): boolean => uniqueTests.includes(name);
  const [unique, uniqueOff] = [columnsOf(enabled, isUnique), columnsOf(off, isUnique)];
  const both = [...columnsOf([...enabled, ...off], (name) => name === 'not_null')].filter(
    (column) => unique.has(column) || uniqueOff.has(column),
  );
  const found = [both, [...unique], [...uniqueOff]].find(({ length }) => length > 0);
  return [...(found ?? [])].sort();
}
