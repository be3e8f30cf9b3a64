import type { JsonValue } from '../core/node.js';
import type { ConfigEntries, ValidatedConfig } from '../core/node-config.js';
import { holdsTemplate } from './find-templates.js';
import type { ConfiguredResource } from './node-config-schema.js';
import { validateNodeConfig } from './validate-node-config.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';
import { isMapping } from '../core/is-mapping.js';

/** What all readers of configuration in YAML files need to know. */
export interface ConfigSource {
  readonly document: YamlDocument;
  /** Keys of configuration that materializations and adapters define for themselves. */
  readonly extraConfigKeys: readonly string[];
  /** In dbt's form, keys that nobody knows are passed over with a warning, as dbt does. */
  readonly passesUnknownKeys?: boolean;
  /** Collects where numbers mean what they mean to dbt, however they are spelt. */
  readonly exact?: ValuePath[];
}

/** Returns a mapping's entries, none for anything else; the schema has complained about that already. */
export function toMapping(value: JsonValue | undefined): ConfigEntries {
  return isMapping(value) ? value : {};
}

/** Returns the items of a list, none for anything else; the schema has complained about that already. */
export function toItems(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/** Whether the value at a path is `yes`, `no`, `on` or `off` without quotes, which may stand for a boolean. */
export function isBooleanWord(document: YamlDocument, path: ValuePath): boolean {
  const yaml11 = document.nodeAt(path)?.yaml11;
  return yaml11 === 'true' || yaml11 === 'false';
}

/**
 * Validates configuration entries of a YAML file. `pathOf` finds an entry in the file. Jinja in an entry passes: it is
 * rendered when vars and target are known, and validated then. Issue paths start at the file's root.
 */
export function readConfigEntries(
  { document, extraConfigKeys, passesUnknownKeys }: ConfigSource,
  raw: ConfigEntries,
  resource: ConfiguredResource,
  pathOf: (key: string) => ValuePath,
): ValidatedConfig {
  // Most entries configure nothing.
  if (Object.keys(raw).length === 0) return { config: {}, issues: [] };
  const inFile = ([key, ...rest]: ValuePath) => [...pathOf(String(key)), ...rest];
  const { config, issues } = validateNodeConfig(raw, {
    resource,
    extraKeys: extraConfigKeys,
    ...(passesUnknownKeys && { passesUnknownKeys }),
    convertible: (path) => isBooleanWord(document, inFile(path)),
  });
  // Valid texts are still as they are written; `tags` must not become a list before they are rendered.
  const templates = Object.fromEntries(
    Object.entries(raw).filter(([, value]) => holdsTemplate(value)),
  );
  return {
    config: { ...config, ...templates },
    issues: issues
      .filter(
        ({ kind, path }) => kind !== 'invalid-value' || !Object.hasOwn(templates, String(path[0])),
      )
      .map((issue) => ({ ...issue, path: inFile(issue.path) })),
  };
}
