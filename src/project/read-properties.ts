import { isMapping } from '../core/is-mapping.js';
import { constraintTypes } from '../core/contract.js';
import type { ConfigIssue } from '../core/config-issue.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { JsonValue } from '../core/node.js';
import { toLiteralTemplates } from '../core/literal-text.js';
import { mergeNodeConfig, type ConfigEntries } from '../core/node-config.js';
import type {
  ColumnEntry,
  ConstraintEntry,
  ModelEntry,
  PropertiesContent,
  PropertiesFile,
  SourceEntry,
  SourceTableEntry,
  TestEntry,
} from '../core/project.js';
import { describeValue } from './describe-value.js';
import { checkTemplates } from './find-templates.js';
import { passUnknownKey } from './pass-unknown-keys.js';
import { createPropertiesSchema } from './properties-schema.js';
import { isRefused, needsRendering, renderDocument } from './properties-templates.js';
import { readConfigEntries, toItems, toMapping, type ConfigSource } from './read-config-entries.js';
import { readSourceSettings } from './read-source-settings.js';
import { printRowNumbers } from './print-yaml.js';
import { readTestEntry } from './read-test-entry.js';
import { reportIssues, sortByPlace, withoutTemplates } from './report-issues.js';
import { anyMapping, anyValue } from './schema-notes.js';
import { isColumnChoice, readDeprecationDate, readVersions } from './read-versions.js';
import { validateValue } from './validate-value.js';
import { warnAmbiguous } from './warn-ambiguous.js';
import type { ValuePath } from './yaml-document.js';

/** Configuration and tests have their own readers, which know more than a schema. */
const structureSchema = createPropertiesSchema({
  modelConfig: anyMapping,
  seedConfig: anyMapping,
  snapshotConfig: anyMapping,
  testEntry: anyValue,
});

type Issues = ConfigIssue[];

function textOf(value: JsonValue | undefined, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

/** Returns the mappings of a list with their paths; what is no mapping the schema has reported. */
function mappingsIn(
  value: JsonValue | undefined,
  path: ValuePath,
): readonly { readonly raw: ConfigEntries; readonly path: ValuePath }[] {
  return toItems(value).flatMap((raw, index) =>
    isMapping(raw) ? [{ raw, path: [...path, index] }] : [],
  );
}

/** Returns what several levels of tags and meta add up to: a resource's own keys, then those of its `config`. */
function labelsOf(raw: ConfigEntries): { tags: readonly string[]; meta: ConfigEntries } {
  const merged = mergeNodeConfig(
    [raw, toMapping(raw['config'])].map(({ tags = [], meta = {} }) => ({ tags, meta })),
  );
  return {
    tags: toItems(merged['tags']).filter((tag) => typeof tag === 'string'),
    meta: toMapping(merged['meta']),
  };
}

function readTests(
  source: ConfigSource,
  raw: ConfigEntries,
  path: ValuePath,
  issues: Issues,
): readonly TestEntry[] {
  if (raw['tests'] != null && raw['data_tests'] != null) {
    issues.push({
      path: [...path, 'tests'],
      kind: 'conflict',
      message: `'tests' and 'data_tests' stand beside each other`,
      hint: `put all tests under 'data_tests'`,
    });
  }
  return ['data_tests', 'tests'].flatMap((key) =>
    toItems(raw[key]).flatMap((entry, index) => {
      const read = readTestEntry(source, entry, [...path, key, index]);
      issues.push(...read.issues);
      return read.test ?? [];
    }),
  );
}

function readColumns(
  source: ConfigSource,
  owner: ConfigEntries,
  ownerPath: ValuePath,
  issues: Issues,
): readonly ColumnEntry[] {
  const all = mappingsIn(owner['columns'], [...ownerPath, 'columns']);
  const columns = all.filter(({ raw }) => !isColumnChoice(raw));
  return columns.map(({ raw, path }) => ({
    name: textOf(raw['name']),
    description: textOf(raw['description']),
    ...(typeof raw['data_type'] === 'string' && { data_type: raw['data_type'] }),
    ...labelsOf(raw),
    ...(typeof raw['quote'] === 'boolean' && { quote: raw['quote'] }),
    tests: readTests(source, raw, path, issues),
    ...(raw['constraints'] != null && { constraints: readConstraints(raw, path) }),
    ...(columns.length < all.length && { yamlPath: path }),
  }));
}

/** Returns the constraints whose type is one; the schema has complained about the others. */
function readConstraints(owner: ConfigEntries, ownerPath: ValuePath): readonly ConstraintEntry[] {
  return mappingsIn(owner['constraints'], [...ownerPath, 'constraints']).flatMap(
    ({ raw, path }) => {
      const type = constraintTypes.find((each) => each === raw['type']);
      if (type === undefined) return [];
      const [name, expression, to] = ['name', 'expression', 'to'].map((key) => textOf(raw[key]));
      return {
        type,
        ...(name && { name }),
        ...(expression && { expression }),
        ...(to && { to }),
        to_columns: textsOf(raw['to_columns']),
        columns: textsOf(raw['columns']),
        warn_unenforced: raw['warn_unenforced'] !== false,
        warn_unsupported: raw['warn_unsupported'] !== false,
        yamlPath: path,
      };
    },
  );
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return (typeof value === 'string' ? [value] : toItems(value)).filter(
    (each) => typeof each === 'string',
  );
}

function readModel(
  source: ConfigSource,
  { raw, path }: { readonly raw: ConfigEntries; readonly path: ValuePath },
  issues: Issues,
  resource: 'model' | 'seed' | 'snapshot' = 'model',
): ModelEntry {
  const { tags, meta, docs, access, group } = raw;
  const labels = Object.entries({ tags, meta, docs, access, group }).flatMap(([key, value]) =>
    value == null
      ? []
      : [[key, source.document.holdsTemplates ? toLiteralTemplates(value) : value] as const],
  );
  const config = readConfigEntries(source, toMapping(raw['config']), resource, (key) => [
    ...path,
    'config',
    key,
  ]);
  issues.push(...config.issues);
  return {
    name: textOf(raw['name']),
    description: textOf(raw['description']),
    config: mergeNodeConfig([Object.fromEntries(labels), config.config]),
    columns: readColumns(source, raw, path, issues),
    tests: readTests(source, raw, path, issues),
    ...(raw['constraints'] != null && { constraints: readConstraints(raw, path) }),
    ...readDeprecationDate(raw),
    ...readVersions(source, { raw, path }, (version) => readModel(source, version, issues)),
    yamlPath: path,
  };
}

function eventTimeEntry(eventTime: string): Pick<SourceTableEntry, 'eventTime'> {
  return eventTime === '' ? {} : { eventTime };
}

function readSource(
  source: ConfigSource,
  { raw, path }: { readonly raw: ConfigEntries; readonly path: ValuePath },
  issues: Issues,
): SourceEntry {
  const name = textOf(raw['name']);
  const eventTimeOf = (owner: ConfigEntries): string =>
    textOf(toMapping(owner['config'])['event_time']);
  const tables = mappingsIn(raw['tables'], [...path, 'tables']).map((table): SourceTableEntry => ({
    name: textOf(table.raw['name']),
    identifier: textOf(table.raw['identifier'], textOf(table.raw['name'])),
    ...eventTimeEntry(eventTimeOf(table.raw) || eventTimeOf(raw)),
    description: textOf(table.raw['description']),
    columns: readColumns(source, table.raw, table.path, issues),
    tests: readTests(source, table.raw, table.path, issues),
    settings: readSourceSettings(table),
    yamlPath: table.path,
  }));
  return {
    name,
    schema: textOf(raw['schema'], name),
    database: typeof raw['database'] === 'string' ? raw['database'] : null,
    description: textOf(raw['description']),
    tables,
    settings: readSourceSettings({ raw, path }),
    yamlPath: path,
  };
}

/** The rows of unit tests, whose numbers mean what they mean to dbt. */
function rowsOf(unitTests: readonly { readonly path: ValuePath }[]): readonly ValuePath[] {
  return unitTests.flatMap(({ path }) => [
    [...path, 'given'],
    [...path, 'expect'],
  ]);
}

/** A file as it was read, with all there is to say of it. */
interface ReadProperties {
  readonly file: PropertiesFile;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Returns a properties file with its content validated and in one form, whichever way it is written; `value` is what
 * could be read even if there are errors. What holds Jinja is validated by the file's `withRendered`. Diagnostics:
 * `config-*`, `template-unsupported`, `yaml-ambiguous`.
 */
export function readProperties(source: ConfigSource): ReadProperties {
  const { document } = source;
  const read = readDocument(source);
  if (!needsRendering(document)) return read;
  const said = new Set(read.diagnostics.map(describe));
  const withRendered: PropertiesFile['withRendered'] = (render) => {
    const { document: rendered, isRendered } = renderDocument(document, render);
    const again = readDocument({ ...source, document: rendered }, isRendered);
    const diagnostics = again.diagnostics.filter((each) => !said.has(describe(each)));
    return { file: again.file, diagnostics };
  };
  return { ...read, file: { ...read.file, withRendered } };
}

/** Returns what tells a diagnostic from the others of its file. */
function describe({ code, message, location }: Diagnostic): string {
  return JSON.stringify([code, message, location?.line, location?.column]);
}

/** `hidden`: what must not be shown in messages. */
function readDocument(
  given: ConfigSource,
  hidden: (path: ValuePath) => boolean = () => false,
): ReadProperties {
  const { document } = given;
  const exact: ValuePath[] = [];
  const source = { ...given, exact };
  const { path, value } = document;
  const locate: PropertiesFile['locate'] = (steps, options) => document.locate(steps, options);
  if (value !== null && !isMapping(value)) {
    const message = `a properties file must be a mapping with 'models:' or 'sources:', found ${describeValue(value)}`;
    const location = locate([]);
    return {
      file: { path, locate, value: { models: [], sources: [], seeds: [] } },
      diagnostics: [errorDiagnostic('config-invalid-value', message, { location })],
    };
  }
  const root = value ?? {};
  const issues: Issues = [...validateValue(structureSchema, root, { hidden })];
  const snapshots = mappingsIn(root['snapshots'], ['snapshots']).map((entry) => ({
    ...readModel(source, entry, issues, 'snapshot'),
    relation: typeof entry.raw['relation'] === 'string' ? entry.raw['relation'] : null,
  }));
  const content: PropertiesContent = {
    models: mappingsIn(root['models'], ['models']).map((entry) => readModel(source, entry, issues)),
    sources: mappingsIn(root['sources'], ['sources']).map((entry) =>
      readSource(source, entry, issues),
    ),
    seeds: mappingsIn(root['seeds'], ['seeds']).map((entry) =>
      readModel(source, entry, issues, 'seed'),
    ),
    ...(snapshots.length > 0 && { snapshots }),
  };
  const others = Object.fromEntries(
    (['exposures', 'groups', 'analyses', 'macros'] as const).flatMap((key) => {
      const entries = mappingsIn(root[key], [key]).map(({ raw, path: yamlPath }) => ({
        name: textOf(raw['name']),
        description: textOf(raw['description']),
        ...labelsOf(raw),
        enabled: (toMapping(raw['config'])['enabled'] ?? raw['enabled']) !== false,
        columns: readColumns(source, raw, yamlPath, issues),
        raw,
        yamlPath,
      }));
      return entries.length === 0 ? [] : [[key, entries] as const];
    }),
  );
  const unitTests = mappingsIn(root['unit_tests'], ['unit_tests']);
  const known = source.passesUnknownKeys === true ? issues.map(passUnknownKey) : issues;
  const errors = [
    ...reportIssues(document, withoutTemplates(document, known)),
    ...checkTemplates(document, (at) => (isRefused(at) ? 'refused' : 'rendered')),
  ];
  return {
    file: {
      path,
      locate,
      value:
        unitTests.length === 0
          ? { ...content, ...others }
          : {
              ...content,
              ...others,
              unitTests: unitTests.map(({ raw, path: yamlPath }) => ({
                raw: printRowNumbers(document, raw, yamlPath),
                yamlPath,
              })),
            },
    },
    diagnostics: sortByPlace([
      ...errors,
      ...warnAmbiguous(document, { except: [...rowsOf(unitTests), ...exact], others: errors }),
    ]),
  };
}
