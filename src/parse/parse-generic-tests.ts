import { configIssueDiagnostic } from '../core/config-issue.js';
import {
  errorDiagnostic,
  hasErrors,
  type Diagnostic,
  type SourceLocation,
} from '../core/diagnostic.js';
import type { JsonValue, RefCall, TestMetadata, TestNode, UniqueId } from '../core/node.js';
import { mergeNodeConfig, type ConfigEntries } from '../core/node-config.js';
import type { ColumnEntry, Project, PropertiesFile, TestEntry } from '../core/project.js';
import { didYouMean } from '../core/suggest.js';
import { checkTestArguments } from './check-test-arguments.js';
import type { FolderLevels } from './folder-config.js';
import { fullyQualifiedName } from './fully-qualified-name.js';
import type { GenericTest } from './generic-tests/generic-test.js';
import { bracedExpression, isTemplateExpression } from './generic-tests/project-tests.js';
import { escapeTemplate, quoteIdentifier } from './generic-tests/sql-text.js';
import { locateInTest, locateTest } from './locate-in-test.js';
import type { ParseOptions } from './parse-options.js';
import { readYamlConfig } from './read-yaml-config.js';
import { renderYaml } from './render-yaml.js';
import { nameGenericTest, shortenTestName, type NamedTest } from './test-name.js';
import { identifyTest } from './test-identity.js';
import { judgeTest, keptAs, toTestSettings, type TestSettings } from './test-settings.js';

/** A model or the table of a source, as generic tests of a YAML file see it. */
export interface TestTarget {
  readonly kind: 'model' | 'source';
  /** The target in the names of tests: `customer_trusted`, `raw_customer`. */
  readonly label: string;
  /** Template text of the relation. */
  readonly relation: string;
  /** The call that names it in dbt's metadata: `ref('orders', version='2')`. */
  readonly call: string;
  readonly uniqueId: UniqueId;
  /** What the tests have as well, as those of sources do. */
  readonly tags?: readonly string[];
  /** Tests of what is disabled are disabled. */
  readonly enabled: boolean;
  readonly properties: PropertiesFile;
  readonly tests: readonly TestEntry[];
  readonly columns: readonly ColumnEntry[];
}

/** What parsing a generic test needs besides its entry. */
export interface TestSurroundings {
  readonly project: Project;
  readonly folders: FolderLevels;
  readonly options: ParseOptions;
  /** The tests that can be asked for, by name. */
  readonly genericTests: ReadonlyMap<string, GenericTest>;
}

/** Data tests, and what is wrong with them. */
export interface ParsedTests {
  readonly tests: readonly TestNode[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A generic test that a YAML file asks for. */
interface AskedTest {
  readonly entry: TestEntry;
  /** `null` for a test that stands under the model or table. */
  readonly column: ColumnEntry | null;
  readonly target: TestTarget;
  readonly location: SourceLocation;
}

/**
 * Returns the data tests that the YAML entry of a target asks for, each a template with its refs spelled out.
 * Diagnostics: `test-unknown`, `test-invalid`, `config-*`, `template-*`, all at the entry.
 */
export function parseGenericTests(target: TestTarget, surroundings: TestSurroundings): ParsedTests {
  const ask = (column: ColumnEntry | null) => (entry: TestEntry) => ({
    entry,
    column,
    target,
    location: locateTest(target.properties, entry),
  });
  const parsed = [
    ...target.tests.map(ask(null)),
    ...target.columns.flatMap((column) => column.tests.map(ask(column))),
  ].map((asked) => parseGenericTest(asked, surroundings));
  return {
    tests: parsed.flatMap(({ tests }) => tests),
    diagnostics: parsed.flatMap(({ diagnostics }) => diagnostics),
  };
}

function parseGenericTest(asked: AskedTest, surroundings: TestSurroundings): ParsedTests {
  const { entry, column, target, location } = asked;
  const { properties } = target;
  const { genericTests } = surroundings;
  const definition = genericTests.get(entry.testName);
  if (definition === undefined) {
    const known = [...genericTests.keys()];
    const hint = didYouMean(
      entry.testName,
      known,
      `the generic tests are ${known.join(', ')}; define any other with {% test … %} in tests/generic`,
    );
    const message = `'${entry.testName}' is not a generic test`;
    return {
      tests: [],
      diagnostics: [errorDiagnostic('test-unknown', message, { location, hint })],
    };
  }
  const { config, diagnostics } = readYamlConfig(
    entry.config,
    { resource: 'test', locate: (path, how) => locateInTest(properties, entry, path, how) },
    surroundings.options,
  );
  const rendered = renderArguments(entry, definition, properties, surroundings.options);
  const found = [
    ...diagnostics,
    ...rendered.diagnostics,
    ...checkTestArguments(definition, rendered.entry, { properties, underColumn: column !== null }),
  ];
  if (hasErrors(found)) return { tests: [], diagnostics: found };
  const made = toTest(
    { ...asked, entry: rendered.entry, written: entry.arguments },
    definition,
    config,
    surroundings,
  );
  return { ...made, diagnostics: [...found, ...made.diagnostics] };
}

function renderArguments(
  entry: TestEntry,
  definition: GenericTest,
  properties: PropertiesFile,
  options: ParseOptions,
): { readonly entry: TestEntry; readonly diagnostics: readonly Diagnostic[] } {
  const own = Object.entries(entry.arguments).filter(
    ([name, value]) =>
      definition.arguments[name]?.isReference !== true &&
      (definition.own === undefined || !holdsExpression(value)),
  );
  const locate = (path: readonly (string | number)[]): SourceLocation =>
    locateInTest(properties, entry, path);
  const { entries, diagnostics } = renderYaml(Object.fromEntries(own), locate, options);
  const lists = own.flatMap(([name, value]) => {
    const expression = definition.own === undefined ? bracedExpression(value) : undefined;
    const list = expression === undefined ? undefined : renderList(name, expression);
    return list === undefined ? [] : [[name, list] as const];
  });
  const given = { ...entry.arguments, ...entries, ...Object.fromEntries(lists) };
  return { entry: { ...entry, arguments: given }, diagnostics };

  /** What is a list stays one, as in dbt. */
  function renderList(name: string, expression: string): readonly JsonValue[] | undefined {
    const text = `{{ (${expression}) | tojson }}`;
    const rendered = renderYaml({ [name]: text }, locate, options);
    const json = rendered.entries[name];
    if (rendered.diagnostics.length > 0 || typeof json !== 'string') return undefined;
    if (!json.startsWith('[')) return undefined;
    return JSON.parse(json) as readonly JsonValue[];
  }
}

/** dbt renders the arguments of a test before the relation that it tests, and then the test itself. */
function inDbtOrder(refs: readonly RefCall[], path: string, call: string): readonly RefCall[] {
  const isTested = ({ name }: RefCall): boolean =>
    call.includes(`'${name}'`) || call.includes(`"${name}"`);
  const inArguments = refs.filter((each) => each.location.path === path && !isTested(each));
  const tested = refs.filter(isTested);
  return [...new Set([...inArguments, ...tested, ...refs])];
}

/** Returns the macros that dbt names: the test itself, and how it reads what it tests, but for two of its own. */
function nameDirectMacros(
  { name, own }: GenericTest,
  called: readonly UniqueId[] = [],
): readonly UniqueId[] {
  const itself = own === undefined ? [`macro.dbt.test_${name}`] : called;
  const isQuick = own === undefined && (name === 'unique' || name === 'not_null');
  return isQuick ? itself : [...itself, 'macro.dbt.get_where_subquery'];
}

function toTest(
  {
    entry,
    written,
    column,
    target,
    location,
  }: AskedTest & { readonly written: TestEntry['arguments'] },
  definition: GenericTest,
  ownConfig: Readonly<Record<string, JsonValue>>,
  { project, folders, options }: TestSurroundings,
): ParsedTests {
  const { path } = target.properties;
  const named: NamedTest = {
    kind: nameOfKind(entry.testName, target.kind),
    target: target.label,
    arguments: {
      // dbt names tests after what is written, before it is rendered.
      ...(options.isDbtForm === true ? written : entry.arguments),
      // As in dbt, which names the test after what it writes into the SQL.
      ...(column && { column_name: column.quote === true ? `"${column.name}"` : column.name }),
    },
  };
  const name = entry.name ?? nameGenericTest(named);
  const fqn = fullyQualifiedName(
    project.name,
    path,
    [...project.paths.models, ...project.paths.seeds, ...project.paths.snapshots],
    name,
  );
  const settingsWith = (inTest: ConfigEntries): TestSettings =>
    toTestSettings(folders.levelsOf(fqn), [
      ...toLevel(target.tags),
      ...toLevel(column?.tags),
      inTest,
      ownConfig,
      ...folders.overridesOf(fqn),
    ]);
  const tested = target.relation.replace(/^\{\{\s*|\s*\}\}$/g, '');
  const subquery = subqueryMacro(options);
  const toSql = (given: TestSettings): string =>
    definition.toSql({
      column: column ? quoteIdentifier(column.name) : toColumn(entry.arguments.column_name),
      ...(subquery === undefined
        ? { from: fromTested(target.relation, given), tested, where: given.where }
        : { from: `{{ ${subquery}(${tested}) }}`, tested: `${subquery}(${tested})`, where: null }),
      keepsRows: keptAs(given.config) !== 'ephemeral',
      columnName: column?.name ?? null,
      arguments: entry.arguments,
    });

  const askedSettings = settingsWith({});
  const asked = toSql(askedSettings);
  const captured = options.engine.capture({ path, content: asked }, options.context);
  const captureDiagnostics = captured.diagnostics.map((each) =>
    relocate(each, location, definition),
  );
  if (!captured.ok) return { tests: [], diagnostics: captureDiagnostics };
  // A test of the project's own may configure itself; what YAML says goes before it.
  const { config: inTest, issues } = options.validateConfig(captured.value.config, {
    resource: 'test',
  });
  const diagnostics = [
    ...captureDiagnostics,
    ...issues.map((issue) => configIssueDiagnostic(issue, definition.own?.location ?? location)),
  ];
  const configuresItself = Object.keys(inTest).length > 0;
  const settings = configuresItself ? settingsWith(inTest) : askedSettings;
  const rawSql = configuresItself ? toSql(settings) : asked;
  const metadata: TestMetadata = {
    ...splitTestName(entry.testName),
    kwargs: { ...named.arguments, model: `{{ get_where_subquery(${target.call}) }}` },
  };
  const digits = identifyTest(name, metadata, options.md5);
  const locateCall = (calledName: string) =>
    locateMention(calledName, entry, target.properties) ?? location;
  const alias =
    settings.config.alias ??
    (entry.name === null ? shortenTestName(name, named, options.md5) : null);
  const test: TestNode = {
    resourceType: 'test',
    uniqueId: `test.${project.name}.${name}.${digits}`,
    name,
    packageName: project.name,
    path,
    fqn,
    description: settings.description,
    tags: settings.config.tags,
    patchPath: null,
    rawSql,
    language: 'sql',
    config: {
      ...settings.config,
      enabled: settings.config.enabled && target.enabled,
      alias,
    },
    refs: inDbtOrder(captured.value.refs, path, target.call).map((call) => ({
      ...call,
      location: locateCall(call.name),
    })),
    sources: captured.value.sources.map((call) => ({ ...call, location: locateCall(call.table) })),
    macros: captured.value.macros,
    directMacros: nameDirectMacros(definition, captured.value.directMacros),
    vars: captured.value.vars,
    unrenderedConfig: mergeNodeConfig([
      ...folders.unrenderedLevelsOf(fqn),
      inTest,
      entry.config,
      // As in dbt, which writes a short name into the text of the test.
      settings.config.alias === null && alias !== null ? { alias } : {},
    ]),
    checksum: options.hash(rawSql),
    generic: {
      testName: entry.testName,
      columnName: column?.name ?? null,
      attachedNode: target.uniqueId,
      arguments: named.arguments,
      metadata,
      ...(definition.own && { definition: definition.own.location }),
    },
    severity: settings.severity,
    ...judgeTest(name, { ...settings.config, alias }, project),
    location,
  };
  return { tests: [test], diagnostics };
}

/** Tags as a level of configuration; none is none. */
function toLevel(tags: readonly string[] = []): readonly ConfigEntries[] {
  return tags.length === 0 ? [] : [{ tags }];
}

function splitTestName(testName: string): Pick<TestMetadata, 'name' | 'namespace'> {
  const [name = '', namespace = null] = testName.split('.').reverse();
  return { name, namespace };
}

/** As in dbt, the package of a test stands before everything else in the names of its tests. */
function nameOfKind(testName: string, kind: TestTarget['kind']): string {
  const { name, namespace } = splitTestName(testName);
  const own = kind === 'source' ? `source_${name}` : name;
  return namespace === null ? own : `${namespace}_${own}`;
}

/** Whether what a test of the project's own is given has an expression in it, which its template renders. */
function holdsExpression(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return isTemplateExpression(value);
  return Object.values(value).some(holdsExpression);
}

/**
 * The engine counts lines inside the generated SQL; the author finds the YAML entry. What is wrong inside of a test of the
 * project's own stays there.
 */
function relocate(
  diagnostic: Diagnostic,
  location: SourceLocation,
  { own }: GenericTest,
): Diagnostic {
  if (
    own === undefined ||
    diagnostic.location === undefined ||
    diagnostic.location.path === location.path
  ) {
    return { ...diagnostic, location };
  }
  const asked = { message: 'the test is asked for here', location };
  const related = (diagnostic.related ?? []).filter((each) => each.location.path !== location.path);
  return { ...diagnostic, related: [...related, asked] };
}

/** The project's own macro for what a test reads, which knows the condition by `config.get('where')`; dbt's is built in. */
function subqueryMacro({ engine, context, macroPrefixes = [] }: ParseOptions): string | undefined {
  const names = ['', ...macroPrefixes.map((each) => `${each}__`)];
  return names
    .map((each) => `${each}get_where_subquery`)
    .filter((name) =>
      engine.macros.some((each) => each.packageName === context.projectName && each.name === name),
    )
    .map((name) => `${context.projectName}.${name}`)[0];
}

/** What stands after `from`. The condition has its own line, so that a comment in it ends there. */
function fromTested(relation: string, { where }: TestSettings): string {
  if (where === null) return relation;
  return `(
  select *
  from ${relation}
  where ${escapeTemplate(where)}
) as tested_rows`;
}

/** A plain name is a column; anything else is taken as an SQL expression, as dbt users write compound keys. */
function toColumn(columnName: JsonValue | undefined): string {
  const text = typeof columnName === 'string' ? columnName : '';
  return /^\w+$/.test(text) ? quoteIdentifier(text) : `(${escapeTemplate(text)})`;
}

/** The place of a quoted name inside an argument such as `to: ref('customer_trusted')`. */
function locateMention(
  name: string,
  entry: TestEntry,
  properties: PropertiesFile,
): SourceLocation | undefined {
  const spellings = [`'${name}'`, `"${name}"`];
  for (const [argument, value] of Object.entries(entry.arguments)) {
    const mention = spellings.find((each) => typeof value === 'string' && value.includes(each));
    if (mention === undefined) continue;
    const place = locateInTest(properties, entry, [argument]);
    const at = place.sourceLine?.indexOf(mention, (place.column ?? 1) - 1) ?? -1;
    return at === -1 ? place : { ...place, column: at + 1, length: mention.length };
  }
  return undefined;
}
