import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { ModelNode, ParsedNode, UniqueId } from '../core/node.js';
import { isLatestVersion, versionedName } from '../core/versioned-name.js';
import type { Edges } from './find-private-refs.js';

function nameOf({ name, version }: ModelNode): string {
  return versionedName(name, version?.v);
}

/** Returns the day of a date and time. */
function dayOf(date: string): string {
  return date.slice(0, 10);
}

/**
 * Returns a warning, `model-deprecated`, for each model that is past its deprecation date, and for each ref of a model that
 * has such a date, at the ref. Data tests of the model itself are no readers. `now` is ISO 8601, UTC.
 */
export function findDeprecated(
  nodes: ReadonlyMap<UniqueId, ParsedNode>,
  { edgesOf, now }: { readonly edgesOf: (id: UniqueId) => Edges; readonly now: string },
): readonly Diagnostic[] {
  const dated = [...nodes.values()].filter(
    (node) => node.resourceType === 'model' && node.deprecationDate !== undefined,
  );
  if (dated.length === 0) return [];
  // Both are ISO 8601 in UTC to the millisecond, so their order is that of their letters.
  const isPast = (date: string): boolean => date < now;
  const own = dated.flatMap((node) => {
    if (node.resourceType !== 'model' || !isPast(node.deprecationDate ?? now)) return [];
    const message = `model '${nameOf(node)}' has passed its deprecation date, ${dayOf(node.deprecationDate ?? '')}`;
    return warningDiagnostic('model-deprecated', message, {
      location: { path: node.patchPath ?? node.path },
      hint: 'disable or remove it, or move the date',
    });
  });
  const refs = [...nodes.values()].flatMap((node) => {
    if (node.resourceType === 'test') return [];
    return [...edgesOf(node.uniqueId)].flatMap(([id, location]) => {
      const model = nodes.get(id);
      if (model?.resourceType !== 'model' || model.deprecationDate === undefined) return [];
      const when = dayOf(model.deprecationDate);
      const message = isPast(model.deprecationDate)
        ? `${node.resourceType} '${node.name}' refs '${nameOf(model)}', which was deprecated on ${when}`
        : `${node.resourceType} '${node.name}' refs '${nameOf(model)}', which will be deprecated on ${when}`;
      const hint =
        model.version === undefined || isLatestVersion(model.version)
          ? undefined
          : `there is a newer version: ref('${model.name}', v=${model.version.latest})`;
      return warningDiagnostic('model-deprecated', message, {
        location,
        hint,
      });
    });
  });
  return [...own, ...refs];
}
