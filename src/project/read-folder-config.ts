import type { ConfigIssue } from '../core/config-issue.js';
import type { JsonValue } from '../core/node.js';
import { mergeNodeConfig, type ConfigEntries } from '../core/node-config.js';
import type { FolderConfig } from '../core/project.js';
import { didYouMean } from '../core/suggest.js';
import { describeValue } from './describe-value.js';
import { configKeysOf, isConfigKey, type ConfiguredResource } from './node-config-schema.js';
import { withoutPrototype } from './without-prototype.js';
import { isMapping } from '../core/is-mapping.js';
import { readConfigEntries, type ConfigSource } from './read-config-entries.js';
import type { ValuePath } from './yaml-document.js';

/** What the keys of one folder are: settings under their name without `+`, and subfolders. */
interface SortedKeys {
  readonly settings: Record<string, { readonly value: JsonValue; readonly path: ValuePath }>;
  readonly folders: readonly (readonly [name: string, value: ConfigEntries])[];
  readonly issues: readonly ConfigIssue[];
}

/** A mapping that could only be configuration of a folder: settings with `+`, and subfolders. */
function looksLikeFolder(value: ConfigEntries): boolean {
  return Object.entries(value).every(([key, each]) => key.startsWith('+') || isMapping(each));
}

/**
 * dbt's rule, made strict: `+key` is a setting, a mapping without `+` is a folder. A known setting without `+` is
 * accepted with a warning where it cannot be a folder, and refused where it could be both.
 */
function sortKeys(
  raw: ConfigEntries,
  path: ValuePath,
  resource: ConfiguredResource,
  { extraConfigKeys, passesUnknownKeys }: ConfigSource,
): SortedKeys {
  const known = configKeysOf(resource, extraConfigKeys);
  const settings: SortedKeys['settings'] = {};
  const folders: [string, ConfigEntries][] = [];
  const issues: ConfigIssue[] = [];
  for (const [key, value] of Object.entries(raw)) {
    const at = [...path, key];
    const name = key.startsWith('+') ? key.slice(1) : key;
    const hint = `write '+${name}'`;
    const isKnown = isConfigKey(resource, name, extraConfigKeys);
    // A folder is a mapping: in dbt's form anything else is a setting, whoever knows its name.
    const isWritten = isKnown || (passesUnknownKeys === true && value !== null);
    const isSetting = name !== key || (isWritten && !isMapping(value));
    if (!isSetting && (value === null || isMapping(value))) {
      if (isKnown && isMapping(value) && !looksLikeFolder(value)) {
        const message = `'${key}' is a setting, but stands where a folder is expected`;
        issues.push({ path: at, kind: 'conflict', message, hint });
      } else folders.push([key, value ?? {}]);
    } else if (!isSetting) {
      const message = `expected a folder with settings under '${key}', found ${describeValue(value)}`;
      const keys = known.map((each) => `+${each}`);
      const suggestion = didYouMean(`+${key}`, keys, `settings start with '+': ${keys.join(', ')}`);
      issues.push({
        path: at,
        kind: 'unknown-key',
        message,
        ...(suggestion && { hint: suggestion }),
      });
    } else if (Object.hasOwn(settings, name)) {
      const message = `'${name}' and '+${name}' stand beside each other`;
      issues.push({ path: at, kind: 'conflict', message, hint: `keep '+${name}'` });
    } else {
      settings[name] = { value, path: at };
      if (name === key) {
        const message = `the setting '${key}' is written without '+'`;
        issues.push({ path: at, kind: 'deprecated', message, hint });
      }
    }
  }
  return { settings, folders, issues };
}

function readFolder(
  source: ConfigSource,
  raw: ConfigEntries,
  path: ValuePath,
  resource: ConfiguredResource,
  issues: ConfigIssue[],
): FolderConfig {
  const { document } = source;
  const sorted = sortKeys(raw, path, resource, source);
  const entries = Object.fromEntries(
    Object.entries(sorted.settings).map(([key, { value }]) => [key, value]),
  );
  const { config, issues: found } = readConfigEntries(
    source,
    entries,
    resource,
    (key) => sorted.settings[key]?.path ?? path,
  );
  issues.push(...sorted.issues, ...found);
  const children = sorted.folders.map(
    ([name, value]) =>
      [name, readFolder(source, value, [...path, name], resource, issues)] as const,
  );
  return {
    settings: config,
    children: withoutPrototype(Object.fromEntries(children)),
    ...(document.nodeAt(path) && { location: document.locate(path, { key: true }) }),
  };
}

/**
 * Returns the folder configuration under `models:` or `tests:`, with what stands under the project's own name (dbt's
 * way) moved to the top. Issue paths start at the file's root.
 */
export function readFolderConfig(
  source: ConfigSource,
  raw: ConfigEntries,
  options: {
    readonly key: string;
    readonly resource: ConfiguredResource;
    readonly projectName: string;
  },
): {
  readonly config: FolderConfig;
  /** The same as it is written: the children of the root are folders and packages. */
  readonly tree: FolderConfig;
  readonly issues: readonly ConfigIssue[];
} {
  const { key, resource, projectName } = options;
  const issues: ConfigIssue[] = [];
  const root = readFolder(source, raw, [key], resource, issues);
  const { [projectName]: own, ...others } = root.children;
  if (own === undefined) return { config: root, tree: root, issues };
  for (const name of Object.keys(own.children).filter((each) => Object.hasOwn(others, each))) {
    issues.push({
      path: [key, projectName, name],
      kind: 'conflict',
      message: `the folder '${name}' is configured under '${key}' and under '${projectName}'`,
      hint: 'put all settings of the folder in one place',
    });
  }
  const settings = mergeNodeConfig([root.settings, own.settings]);
  return {
    config: { ...root, settings, children: withoutPrototype({ ...others, ...own.children }) },
    tree: root,
    issues,
  };
}

/** Returns what a tree says of one package: the settings for all, over them what stands under its name. */
export function packageFolderConfig(tree: FolderConfig, packageName: string): FolderConfig {
  const own = Object.hasOwn(tree.children, packageName) ? tree.children[packageName] : undefined;
  return {
    ...(own ?? tree),
    settings: mergeNodeConfig([tree.settings, own?.settings ?? {}]),
    children: own?.children ?? {},
  };
}
