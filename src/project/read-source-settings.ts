import { isMapping } from '../core/is-mapping.js';
import type { JsonValue } from '../core/node.js';
import { mergeNodeConfig, type ConfigEntries } from '../core/node-config.js';
import type { SourceSettings } from '../core/project.js';
import { readFileKeys } from '../core/source-files.js';
import { holdsTemplate } from './find-templates.js';
import { toItems, toMapping } from './read-config-entries.js';
import type { ValuePath } from './yaml-document.js';

/**
 * Returns what a source or one of its tables says of itself; what stands under `config` goes before what stands beside it.
 */
export function readSourceSettings({
  raw,
  path,
}: {
  readonly raw: ConfigEntries;
  readonly path: ValuePath;
}): SourceSettings {
  const config = toMapping(raw['config']);
  const labels = mergeNodeConfig(
    [raw, config].map(({ tags, meta }) => ({ tags: tags ?? [], meta: meta ?? {} })),
  );
  const find = (key: string): JsonValue | undefined =>
    Object.hasOwn(config, key) ? config[key] : raw[key];
  const [loader, field, query] = [raw['loader'], find('loaded_at_field'), find('loaded_at_query')];
  const freshness = find('freshness');
  const files = readFileKeys(config);
  return {
    tags: toItems(labels['tags']).filter((tag) => typeof tag === 'string'),
    meta: toMapping(labels['meta']),
    ...(typeof loader === 'string' && { loader }),
    ...((typeof config['enabled'] === 'boolean' || holdsTemplate(config['enabled'])) && {
      enabled: config['enabled'],
    }),
    ...((typeof field === 'string' || field === null) && { loadedAtField: field }),
    ...((typeof query === 'string' || query === null) && { loadedAtQuery: query }),
    ...((freshness === null || isMapping(freshness)) && { freshness }),
    ...(Object.keys(files).length > 0 && { files }),
    ...(isMapping(raw['quoting']) && { quoting: raw['quoting'] }),
    freshnessPath: Object.hasOwn(config, 'freshness')
      ? [...path, 'config', 'freshness']
      : [...path, 'freshness'],
  };
}
