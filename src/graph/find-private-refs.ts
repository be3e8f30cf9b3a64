import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import { groupOf } from '../core/node-group.js';
import type { ModelNode, ParsedNode, UniqueId } from '../core/node.js';

/** What a node refs, with the place of the first call that asks for it. */
export type Edges = ReadonlyMap<UniqueId, SourceLocation>;

function isPrivate(node: ParsedNode | undefined): node is ModelNode {
  return node?.resourceType === 'model' && node.config.extra['access'] === 'private';
}

/**
 * Returns `ref-private` for each ref of a private model from outside of its group, at the ref. Source:
 * https://docs.getdbt.com/docs/mesh/govern/model-access
 */
export function findPrivateRefs(
  nodes: ReadonlyMap<UniqueId, ParsedNode>,
  edgesOf: (id: UniqueId) => Edges,
): readonly Diagnostic[] {
  if (![...nodes.values()].some(isPrivate)) return [];
  return [...nodes.values()].flatMap((node) =>
    [...edgesOf(node.uniqueId)].flatMap(([id, location]) => {
      const model = nodes.get(id);
      if (!isPrivate(model)) return [];
      const group = groupOf(model, nodes);
      if (node.resourceType !== 'exposure' && groupOf(node, nodes) === group) return [];
      const owner = group === null ? 'models without a group' : `the group '${group}'`;
      const message = `${node.resourceType} '${node.name}' refs '${model.name}', which is private to ${owner}`;
      const join =
        node.resourceType === 'exposure' || group === null
          ? ''
          : `set \`group: ${group}\` here, or `;
      return errorDiagnostic('ref-private', message, {
        location,
        hint: `${join}set \`access: protected\` for '${model.name}', if its owner agrees`,
        related: [
          {
            message: `'${model.name}' is private`,
            location: { path: model.patchPath ?? model.path },
          },
        ],
      });
    }),
  );
}
