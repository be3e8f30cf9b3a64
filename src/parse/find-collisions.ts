import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { BuiltNode, ParsedNode } from '../core/node.js';
import { displayRelation, relationKey } from '../core/relation.js';
import type { LocatedNode } from './located-node.js';

/** Returns `duplicate-name` for each node whose unique id an earlier node has, with the earlier one's place. */
export function findDuplicates(nodes: readonly LocatedNode[]): readonly Diagnostic[] {
  return pairsWithEqualKeys(nodes, ({ node }) => node.uniqueId).map(([first, second]) => {
    const { what, hint } = describeDuplicate(second.node);
    return errorDiagnostic('duplicate-name', what, {
      location: second.location,
      hint,
      related: [{ message: 'first here', location: first.location }],
    });
  });
}

/**
 * Returns `relation-collision` for each enabled model that would be built as the relation of an earlier one. Ephemeral
 * models are not built. Models of one name are left to `findDuplicates`.
 */
export function findRelationCollisions(
  models: readonly LocatedNode<BuiltNode>[],
): readonly Diagnostic[] {
  const built = models.filter(
    ({ node: { config } }) => config.enabled && config.materialized !== 'ephemeral',
  );
  const key = ({ node }: LocatedNode<BuiltNode>) => relationKey(node.relation);
  return pairsWithEqualKeys(built, key).flatMap(([first, second]) => {
    if (first.node.uniqueId === second.node.uniqueId) return [];
    const relation = displayRelation(second.node.relation);
    const message = `${describePair(first.node, second.node)} would both be built as ${relation}`;
    return errorDiagnostic('relation-collision', message, {
      location: second.location,
      hint: 'give one of them another `alias` or `schema`',
      related: [{ message: `'${first.node.name}' is defined here`, location: first.location }],
    });
  });
}

/**
 * Returns `duplicate-name` for each enabled node that has the name of an earlier one of another kind: a `ref` names either.
 */
export function findAmbiguousNames(
  nodes: readonly LocatedNode<BuiltNode>[],
): readonly Diagnostic[] {
  const enabled = nodes.filter(({ node }) => node.config.enabled);
  return pairsWithEqualKeys(enabled, ({ node }) => node.name).flatMap(
    ([first, { node, location }]) => {
      const { resourceType } = first.node;
      // Nodes of one kind are left to `findDuplicates`.
      if (resourceType === node.resourceType) return [];
      const message = `a ${resourceType} and a ${node.resourceType} have the name '${node.name}', so ref('${node.name}') could be either`;
      const related = [
        { message: `the ${resourceType} is defined here`, location: first.location },
      ];
      const hint =
        node.resourceType === 'snapshot' ? 'rename one of them' : 'rename one of the files';
      return [errorDiagnostic('duplicate-name', message, { location, hint, related })];
    },
  );
}

function describePair(first: BuiltNode, second: BuiltNode): string {
  return first.resourceType === second.resourceType
    ? `${first.resourceType}s '${first.name}' and '${second.name}'`
    : `${first.resourceType} '${first.name}' and ${second.resourceType} '${second.name}'`;
}

/** Each item with the first one of the same key. */
function pairsWithEqualKeys<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [Item, Item])[] {
  const first = new Map<string, Item>();
  return items.flatMap((item): readonly (readonly [Item, Item])[] => {
    const earlier = first.get(keyOf(item));
    if (earlier === undefined) first.set(keyOf(item), item);
    return earlier === undefined ? [] : [[earlier, item]];
  });
}

function describeDuplicate(node: ParsedNode): { readonly what: string; readonly hint: string } {
  if (node.resourceType === 'source') {
    const hint = 'remove one of the two entries';
    return { what: `the source table '${node.sourceName}.${node.name}' is defined twice`, hint };
  }
  if (node.resourceType !== 'test' || node.generic === null) {
    const what = `two ${node.resourceType}s have the name '${node.name}'`;
    return { what, hint: 'rename one of the files; names are unique across folders' };
  }
  const hint = 'remove one of the two, or give one another `name:`';
  return { what: `the test '${node.name}' is asked for twice`, hint };
}
