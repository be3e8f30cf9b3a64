import type { JsonValue } from '../../core/node.js';
import type { ProfileRules, TargetIssue } from '../../core/target-type.js';
import { isMapping } from '../../core/is-mapping.js';
import { catalogName, inMemory } from './catalog-name.js';
import { includedExtensions } from './included-extensions.js';

/** Settings that say how the engine works and not what a query returns. */
const harmlessSettings: readonly string[] = [
  'enable_progress_bar',
  'max_temp_directory_size',
  'preserve_insertion_order',
  'temp_directory',
  'threads',
  'worker_threads',
];

const memorySettings: readonly string[] = ['max_memory', 'memory_limit'];

function readSettings(settings: JsonValue | undefined, key: string) {
  const options: Record<string, JsonValue> = {};
  const issues: TargetIssue[] = [];
  for (const [name, value] of Object.entries(isMapping(settings) ? settings : {})) {
    const path = [key, name];
    if (memorySettings.includes(name)) options['memory_limit'] = value;
    else if (harmlessSettings.includes(name)) {
      const message = `the setting '${name}' has no effect: the engine chooses for itself`;
      issues.push({ path, kind: 'unused', message, hint: 'remove it' });
    } else {
      const message = `the setting '${name}' is not supported: models mean the same on every target, and a setting of the engine could change what they return`;
      issues.push({ path, kind: 'unsupported', message, hint: 'remove it' });
    }
  }
  return { options, issues };
}

function readExtensions(extensions: JsonValue | undefined): readonly TargetIssue[] {
  const list: readonly JsonValue[] = Array.isArray(extensions) ? extensions : [];
  return list.flatMap((each, index): readonly TargetIssue[] => {
    const name = isMapping(each) ? each['name'] : each;
    if (typeof name !== 'string' || includedExtensions.includes(name)) return [];
    const message = `the extension '${name}' is not loaded: models are written in a SQL that knows nothing of it`;
    return [{ path: ['extensions', index], kind: 'unused', message, hint: 'remove it' }];
  });
}

/** Without `attach`, the name of the database can only be that of the file. */
function checkDatabase({ database, path }: Readonly<Record<string, JsonValue>>): TargetIssue[] {
  const file = typeof path === 'string' ? path : inMemory;
  if (typeof database !== 'string' || database === catalogName(file)) return [];
  const message = `'database' must be the name of the file, '${catalogName(file)}', found '${database}'`;
  return [{ path: ['database'], kind: 'invalid-value', message, hint: 'remove it' }];
}

const oneDatabase = 'the warehouse is one file: bring what lies elsewhere in with seeds or `land`';

/** How dbt-duckdb's output is read. Source: the fields of its `DuckDBCredentials`, version 1.10. */
export const duckDbProfileRules: ProfileRules = {
  keys: { path: 'path' },
  passedOver: ['database', 'extensions', 'keep_open', 'retries', 'settings', 'config_options'],
  unused: {
    disable_transactions: 'statements of a model always run in a transaction',
    external_root: 'models are tables and views, not files',
    module_paths: 'Python modules are not loaded',
    secrets: 'nothing is read over a network',
    use_credential_provider: 'nothing is read over a network',
  },
  refused: {
    attach: oneDatabase,
    filesystems: oneDatabase,
    is_ducklake: oneDatabase,
    plugins: 'Python plugins are not loaded; write what they give as a seed or a source',
    remote: oneDatabase,
  },
  complete(output) {
    const settings = readSettings(output['settings'], 'settings');
    const config = readSettings(output['config_options'], 'config_options');
    return {
      options: {
        ...(output['path'] == null && { path: inMemory }),
        ...settings.options,
        ...config.options,
      },
      issues: [
        ...checkDatabase(output),
        ...settings.issues,
        ...config.issues,
        ...readExtensions(output['extensions']),
      ],
    };
  },
};
