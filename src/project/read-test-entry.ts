import type { ConfigIssue } from '../core/config-issue.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { TestEntry } from '../core/project.js';
import { describeValue } from './describe-value.js';
import { isMapping } from '../core/is-mapping.js';
import { readConfigEntries, type ConfigSource } from './read-config-entries.js';
import { printTexts, printTimes } from './print-yaml.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** The parts of a test entry before its configuration is validated. */
interface SplitEntry {
  readonly testName: string;
  /** The mapping that holds arguments and configuration, and where it stands. */
  readonly body: ConfigEntries;
  readonly bodyPath: ValuePath;
}

const oneTest = "write the test's name, or one name with its arguments indented below it";

/** Finds the test's name: `not_null`, `{ accepted_values: {…} }`, or `{ test_name: accepted_values, … }`. */
function splitEntry(entry: JsonValue, path: ValuePath): SplitEntry | ConfigIssue {
  const complain = (message: string, at: ValuePath = path): ConfigIssue => ({
    path: at,
    kind: 'invalid-value',
    message,
    hint: oneTest,
  });
  if (typeof entry === 'string' && entry !== '') {
    return { testName: entry, body: {}, bodyPath: path };
  }
  if (!isMapping(entry)) {
    return complain(`a test must be a name or a mapping, found ${describeValue(entry)}`);
  }
  const { test_name: testName, ...rest } = entry;
  if (testName !== undefined) {
    if (typeof testName === 'string') return { testName, body: rest, bodyPath: path };
    const found = describeValue(testName);
    return complain(`'test_name' must be a text, found ${found}`, [...path, 'test_name']);
  }
  const [name, ...others] = Object.keys(entry);
  if (name === undefined || others.length > 0) {
    const found = name === undefined ? 'none' : [name, ...others].join(', ');
    return complain(`a test must have one name, found ${found}`);
  }
  const body = entry[name] ?? {};
  const bodyPath = [...path, name];
  if (isMapping(body)) return { testName: name, body, bodyPath };
  return complain(
    `the arguments of test '${name}' must be a mapping, found ${describeValue(body)}`,
    bodyPath,
  );
}

/** Keys of a test entry that are neither configuration nor arguments. */
const ownKeys = ['name', 'config', 'arguments'];

/**
 * Keys of configuration that dbt takes from beside the arguments; anything else there is an argument, also where it has
 * the name of another setting (`quote_columns`, `format`). Source: dbt-core 1.10, `TestBuilder.CONFIG_ARGS`.
 */
const inlineKeys: ReadonlySet<string> = new Set([
  ...['severity', 'tags', 'enabled', 'where', 'limit', 'warn_if', 'error_if', 'fail_calc'],
  ...['store_failures', 'store_failures_as', 'meta', 'database', 'schema', 'alias', 'description'],
]);

/** Separates the body of a test entry into configuration and arguments; both may stand inline or under their own key. */
function splitBody(document: YamlDocument, { testName, body, bodyPath }: SplitEntry) {
  const issues: ConfigIssue[] = [];
  const print = testName === 'accepted_values' ? printTexts : printTimes;
  const mappingAt = (key: string): ConfigEntries => {
    const value = body[key] ?? {};
    if (isMapping(value)) return value;
    const message = `'${key}' of test '${testName}' must be a mapping, found ${describeValue(value)}`;
    issues.push({ path: [...bodyPath, key], kind: 'invalid-value', message });
    return {};
  };
  const underConfig = mappingAt('config');
  const underArguments = mappingAt('arguments');
  const config: Record<string, JsonValue> = { ...underConfig };
  const parameters: Record<string, JsonValue> = {
    ...print(document, underArguments, [...bodyPath, 'arguments']),
  };
  const printed = print(document, body, bodyPath);
  for (const [key, value] of Object.entries(printed)) {
    if (ownKeys.includes(key)) continue;
    const [group, into] = inlineKeys.has(key)
      ? (['config', config] as const)
      : (['arguments', parameters] as const);
    if (Object.hasOwn(into, key)) {
      issues.push({
        path: [...bodyPath, key],
        kind: 'conflict',
        message: `'${key}' of test '${testName}' stands both beside and under '${group}'`,
        hint: `keep the one under '${group}'`,
      });
    } else into[key] = value;
  }
  const pathOfConfig = (key: string): ValuePath =>
    Object.hasOwn(underConfig, key) ? [...bodyPath, 'config', key] : [...bodyPath, key];
  return { name: body['name'], config, parameters, pathOfConfig, issues };
}

/**
 * Returns an entry of `data_tests:` in one form, whichever way it is written; `null` if it has no form at all. Issue
 * paths start at the file's root. dbt's rules: https://docs.getdbt.com/reference/resource-properties/data-tests
 */
export function readTestEntry(
  source: ConfigSource,
  entry: JsonValue,
  path: ValuePath,
): { readonly test: TestEntry | null; readonly issues: readonly ConfigIssue[] } {
  const split = splitEntry(entry, path);
  if ('kind' in split) return { test: null, issues: [split] };
  const {
    name = null,
    config,
    parameters,
    pathOfConfig,
    issues,
  } = splitBody(source.document, split);
  const validated = readConfigEntries(source, config, 'test', pathOfConfig);
  const all = [...issues, ...validated.issues];
  if (split.testName === 'accepted_values') source.exact?.push(split.bodyPath);
  if (name !== null && (typeof name !== 'string' || name === '')) {
    const message = `'name' of test '${split.testName}' must be a text, found ${describeValue(name)}`;
    all.push({ path: [...split.bodyPath, 'name'], kind: 'invalid-value', message });
  }
  return {
    test: {
      testName: split.testName,
      arguments: parameters,
      config: validated.config,
      name: typeof name === 'string' ? name : null,
      yamlPath: path,
    },
    issues: all,
  };
}
