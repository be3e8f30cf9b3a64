import type { Constraint } from '../../core/contract.js';
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { isMapping } from '../../core/is-mapping.js';
import type { JsonValue, ModelNode } from '../../core/node.js';
import type { ConfigEntries } from '../../core/node-config.js';
import type { Graph } from '../../core/graph.js';
import type { PreviousNode, PreviousState } from '../../core/previous-state.js';
import type { Selector } from '../selector.js';
import { versionedName } from '../../core/versioned-name.js';

/** The constraints that are looked at before a model is published; the others promise nothing. */
const enforcedTypes: readonly JsonValue[] = ['not_null', 'check'];

/** Only rows that are written are looked at. */
const enforcing: readonly JsonValue[] = ['table', 'incremental'];

function isEnforced(config: ConfigEntries): boolean {
  const { contract } = config;
  return isMapping(contract) && contract['enforced'] === true;
}

function typeText(type: string | null | undefined): string {
  return type ?? 'no type';
}

/** Returns what tells enforced constraints apart, in words. */
function describeConstraints(
  constraints: readonly (JsonValue | Constraint)[] | undefined,
): readonly string[] {
  return (constraints ?? []).flatMap((each) => {
    const { type, expression } = each as Partial<Record<string, JsonValue>>;
    if (typeof type !== 'string' || !enforcedTypes.includes(type)) return [];
    return [typeof expression === 'string' ? `${type} (${expression})` : type];
  });
}

/**
 * Returns what breaks who reads the model, of what its contract promised. dbt's rule: the contract is not enforced any more,
 * a column is gone or has another type, an enforced constraint of a table is gone, or the model is no table any more.
 * Source: https://docs.getdbt.com/reference/resource-configs/contract#detecting-breaking-changes
 */
function describeBreaks(node: ModelNode, earlier: PreviousNode): readonly string[] {
  const breaks: string[] = [];
  if (!isEnforced(node.config.extra)) breaks.push('its contract is not enforced any more');
  const now = new Map(node.columns.map((column) => [column.name, column]));
  const materialized = earlier.unrenderedConfig['materialized'];
  const before = typeof materialized === 'string' ? materialized : 'view';
  const wasEnforcing = enforcing.includes(before);
  const then = Object.entries(earlier.columns);
  for (const [name, { dataType, constraints }] of then) {
    const column = now.get(name);
    if (column === undefined) breaks.push(`the column '${name}' was removed`);
    else if ((column.data_type ?? null) !== dataType) {
      breaks.push(
        `the column '${name}' was ${typeText(dataType)} and is ${typeText(column.data_type)}`,
      );
    }
    if (column === undefined || !wasEnforcing) continue;
    const left = describeConstraints(column.constraints);
    const lost = describeConstraints(constraints).filter((each) => !left.includes(each));
    breaks.push(...lost.map((each) => `the column '${name}' lost its constraint ${each}`));
  }
  if (!wasEnforcing) return breaks;
  const left = describeConstraints(node.constraints);
  const lost = describeConstraints(earlier.constraints).filter((each) => !left.includes(each));
  breaks.push(...lost.map((each) => `it lost its constraint ${each}`));
  const hadConstraints =
    (earlier.constraints ?? []).length > 0 ||
    then.some(([, { constraints = [] }]) => constraints.length > 0);
  const after = node.config.materialized;
  if (hadConstraints && !enforcing.includes(after)) {
    breaks.push(`it was ${before} and is ${after}, which keeps no constraints`);
  }
  return breaks;
}

/** The values of the method `state` by which dbt compares contracts. */
const comparing: readonly string[] = ['modified', 'modified.contract', 'unmodified'];

/** Returns whether a selector compares the contracts of models. */
export function comparesContracts(selector: Selector): boolean {
  switch (selector.kind) {
    case 'criterion':
      return selector.method === 'state' && comparing.includes(selector.value);
    case 'difference':
      return comparesContracts(selector.from) || comparesContracts(selector.remove);
    case 'union':
    case 'intersection':
      return selector.of.some(comparesContracts);
  }
}

/**
 * Returns where models break the contract that they had in the other state: `contract-broken`, for a version of a model an
 * error, for a model without versions a warning, as in dbt.
 */
export function findBreakingChanges(graph: Graph, state: PreviousState): readonly Diagnostic[] {
  return [...graph.nodes.values()].flatMap((node) => {
    const earlier = state.nodes.get(node.uniqueId);
    if (node.resourceType !== 'model' || earlier === undefined) return [];
    if (!isEnforced(earlier.unrenderedConfig)) return [];
    const breaks = describeBreaks(node, earlier);
    if (breaks.length === 0) return [];
    const report = node.version === undefined ? warningDiagnostic : errorDiagnostic;
    const name = versionedName(node.name, node.version?.v);
    return [
      report(
        'contract-broken',
        `model '${name}' breaks the contract that it has in '${state.folder}': ${breaks.join('; ')}`,
        {
          location: { path: node.patchPath ?? node.path },
          hint: 'add to the model and take nothing away, or give it a new version: `versions:`',
        },
      ),
    ];
  });
}
