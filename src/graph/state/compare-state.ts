import type { Constraint } from '../../core/contract.js';
import { exposureText } from '../../core/governance.js';
import type { Graph } from '../../core/graph.js';
import {
  isSqlNode,
  type BuiltNode,
  type JsonValue,
  type ModelNode,
  type ParsedNode,
  type SqlNode,
  type UniqueId,
} from '../../core/node.js';
import type { ConfigEntries } from '../../core/node-config.js';
import type { PreviousNode, PreviousState } from '../../core/previous-state.js';
import type { Change, StateComparison } from '../methods/method-definition.js';
import { configDiffers } from './compare-config.js';
import { createMacroComparer, type MacroComparer } from './compare-macros.js';
import { isEqual } from './is-equal.js';
import { normalizeTemplate } from './normalize-template.js';

const relationKeys: readonly string[] = ['database', 'schema', 'alias', 'identifier'];

/**
 * Returns a function that tells what differs between a node and its earlier self; without another state nothing does.
 * dbt's comparison without its false results: configuration is compared as it is written, so that what a target decides is
 * no change; comments and white space are none either; a macro or variable that a node uses, also through other macros, is
 * one.
 */
export function createStateComparer(
  graph: Graph,
  {
    state,
    current = { macros: [], vars: {} },
  }: {
    readonly state: PreviousState | undefined;
    readonly current: StateComparison | undefined;
  },
): (id: UniqueId) => ReadonlySet<Change> {
  const compared = new Map<UniqueId, ReadonlySet<Change>>();
  if (state === undefined) return () => new Set();
  const macros = createMacroComparer(current, state);
  return (id) => {
    const known = compared.get(id);
    if (known !== undefined) return known;
    const node = graph.nodes.get(id);
    const earlier = state.nodes.get(id);
    const changes =
      node === undefined || earlier === undefined
        ? new Set<Change>(['new'])
        : compareNode(node, earlier, { macros, isForeign: state.vars === null });
    compared.set(id, changes);
    return changes;
  };
}

function compareNode(
  node: ParsedNode,
  earlier: PreviousNode,
  { macros, isForeign }: { readonly macros: MacroComparer; readonly isForeign: boolean },
): ReadonlySet<Change> {
  const changes = new Set<Change>();
  const note = (change: Change, differs: boolean): void => {
    if (differs) changes.add(change);
  };
  if (node.resourceType === 'test' && node.unit !== undefined) {
    // As in dbt: its rows, and what it overrides, are all that there is to it.
    note('body', node.checksum !== earlier.checksum);
    return changes;
  }
  note('fqn', !isEqual(node.fqn, earlier.fqn));
  // Nothing is built of an analysis.
  if (node.resourceType !== 'analysis') {
    note('configs', configDiffers(node, earlier, { isForeign }));
  }
  note('relation', !isEqual(relationConfig(node), relationConfig(earlier)));
  if (node.resourceType === 'exposure') note('body', exposureText(node) !== earlier.rawSql);
  if (!isSqlNode(node)) return changes;
  note('body', bodyDiffers(node, earlier));
  if (node.resourceType === 'seed') {
    note('persisted_descriptions', descriptionsDiffer(node, earlier));
    return changes;
  }
  note('macros', macros.differs(node, earlier));
  note('vars', macros.varsDiffer(node));
  if (node.resourceType === 'snapshot') {
    note('persisted_descriptions', descriptionsDiffer(node, earlier));
  }
  if (node.resourceType === 'model') {
    note('persisted_descriptions', descriptionsDiffer(node, earlier));
    note('contract', contractDiffers(node, earlier));
  }
  return changes;
}

/** The columns of an external table are what is built of it. */
function bodyDiffers(node: SqlNode, earlier: PreviousNode): boolean {
  // Of a large file dbt notes the path alone, which says nothing of its rows.
  if (node.resourceType === 'seed') return node.checksum !== earlier.checksum;
  if (node.resourceType === 'model' && node.config.materialized === 'external_table') {
    if (!isEqual(typesNow(node), typesThen(earlier))) return true;
  }
  // The unique id of a generic test tells its arguments; what its SQL is, is that of a macro.
  const isCall = earlier.rawSql.includes('**_dbt_generic_test_kwargs');
  if (node.resourceType === 'test' && node.generic !== null && isCall) return false;
  return (
    node.rawSql !== earlier.rawSql &&
    normalizeTemplate(node.rawSql) !== normalizeTemplate(earlier.rawSql)
  );
}

function typesNow({ columns }: ModelNode): Readonly<Record<string, string | null>> {
  return Object.fromEntries(columns.map(({ name, data_type }) => [name, data_type ?? null]));
}

function typesThen({ columns }: PreviousNode): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, { dataType }]) => [name, dataType]),
  );
}

type Configured = Pick<PreviousNode, 'unrenderedConfig'>;

function relationConfig({ unrenderedConfig }: Configured): readonly JsonValue[] {
  return relationKeys.map((key) => unrenderedConfig[key] ?? null);
}

/** Descriptions count only where they are written to the warehouse. */
function descriptionsDiffer(node: BuiltNode, earlier: PreviousNode): boolean {
  const persisted = toMapping(node.config.extra['persist_docs']);
  if (persisted['relation'] === true && node.description !== earlier.description) return true;
  if (persisted['columns'] !== true) return false;
  const now = Object.fromEntries(node.columns.map(({ name, description }) => [name, description]));
  const then = Object.fromEntries(
    Object.entries(earlier.columns).map(([name, { description }]) => [name, description]),
  );
  return !isEqual(now, then);
}

/** Names, types and constraints of columns count where they are promised. */
function contractDiffers(node: ModelNode, earlier: PreviousNode): boolean {
  const promised = toMapping(node.config.extra['contract'])['enforced'] === true;
  const wasPromised = toMapping(earlier.unrenderedConfig['contract'])['enforced'] === true;
  if (!promised && !wasPromised) return false;
  if (promised !== wasPromised) return true;
  return (
    !isEqual(typesNow(node), typesThen(earlier)) ||
    !isEqual(constraintsNow(node), constraintsThen(earlier))
  );
}

/** What tells constraints apart; the rest of them is words. */
function constraintOf(value: JsonValue | Constraint): JsonValue {
  const { type = null, expression, to, to_columns, columns } = toMapping(value as JsonValue);
  return [type, expression ?? null, to ?? null, to_columns ?? [], columns ?? []];
}

function constraintsNow({ columns, constraints = [] }: ModelNode): JsonValue {
  const ofColumns = columns.map(
    (column) => [column.name, (column.constraints ?? []).map(constraintOf)] as const,
  );
  return [Object.fromEntries(ofColumns), constraints.map(constraintOf)];
}

function constraintsThen({ columns, constraints = [] }: PreviousNode): JsonValue {
  const ofColumns = Object.entries(columns).map(
    ([name, column]) => [name, (column.constraints ?? []).map(constraintOf)] as const,
  );
  return [Object.fromEntries(ofColumns), constraints.map(constraintOf)];
}

function toMapping(value: JsonValue | undefined): ConfigEntries {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as ConfigEntries)
    : {};
}
