import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { JsonValue, ModelNode, TestNode } from '../core/node.js';
import { mergeNodeConfig } from '../core/node-config.js';
import type { Project, PropertiesFile, UnitTestEntry } from '../core/project.js';
import { didYouMean } from '../core/suggest.js';
import type { UnitTest, UnitTestInput, UnitTestRows } from '../core/unit-test.js';
import type { FolderLevels } from './folder-config.js';
import { fileStem, fullyQualifiedName } from './fully-qualified-name.js';
import type { ParsedTests } from './parse-generic-tests.js';
import type { ParseOptions } from './parse-options.js';
import { readCsv } from './seeds/read-csv.js';
import { toTestSettings } from './test-settings.js';
import { isMapping } from '../core/is-mapping.js';
import { unitTestText } from './unit-test-checksum.js';

type Mapping = Readonly<Record<string, JsonValue>>;
type Path = readonly (string | number)[];

function toMapping(value: JsonValue | undefined): Mapping {
  return isMapping(value) ? value : {};
}

const inputPattern =
  /^\s*(?:(?<self>this)|ref\(\s*['"](?<model>[^'"]+)['"]\s*(?:,\s*['"](?<second>[^'"]+)['"]\s*)?(?:,\s*v(?:ersion)?\s*=\s*(?<quote>['"]?)(?<version>[\w.]+)\k<quote>\s*)?\)|source\(\s*['"](?<source>[^'"]+)['"]\s*,\s*['"](?<table>[^'"]+)['"]\s*\))\s*$/;

function readInput(text: string): UnitTestInput['input'] | undefined {
  const groups = inputPattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  if (groups['self'] !== undefined) return { kind: 'this' };
  const { model, second, version, source, table } = groups;
  if (model !== undefined) {
    return { kind: 'ref', name: second ?? model, ...(version !== undefined && { version }) };
  }
  return { kind: 'source', source: source ?? '', table: table ?? '' };
}

/** What reading the rows of one unit test needs. */
interface RowsContext {
  readonly project: Project;
  readonly properties: PropertiesFile;
  readonly diagnostics: Diagnostic[];
}

/** Writes down what is wrong at a place; there is nothing to go on with then. */
function complain(
  { properties, diagnostics }: RowsContext,
  path: Path,
  message: string,
  hint?: string,
): null {
  const location = properties.locate(path);
  diagnostics.push(errorDiagnostic('test-invalid', message, { location, hint }));
  return null;
}

/** Returns the text of a fixture file: `tests/fixtures/name.csv`, by its name alone, as in dbt. */
function readFixture(
  name: string,
  format: 'csv' | 'sql',
  path: Path,
  context: RowsContext,
): string | null {
  const files = context.project.files.filter(({ kind }) => kind === 'fixture');
  const found = files.find(
    (file) => file.path.endsWith(`.${format}`) && fileStem(file.path) === name,
  );
  if (found !== undefined) return found.content;
  const names = files.map((file) => fileStem(file.path));
  const hint = didYouMean(name, names, `write tests/fixtures/${name}.${format}`);
  return complain(context, path, `there is no fixture '${name}' of the format ${format}`, hint);
}

function readRows(raw: Mapping, path: Path, context: RowsContext): UnitTestRows | null {
  const { rows, fixture } = raw;
  const format = raw['format'] ?? 'dict';
  const where = rows === undefined ? path : [...path, 'rows'];
  if (format === 'dict') {
    if (typeof fixture === 'string') {
      return complain(
        context,
        [...path, 'fixture'],
        'rows of a fixture are csv or sql',
        'add `format: csv` or `format: sql`',
      );
    }
    if (!Array.isArray(rows ?? []) || !((rows ?? []) as JsonValue[]).every(isMapping)) {
      return complain(
        context,
        where,
        'rows must be a list of mappings, each with values by column',
        'for rows in one text, add `format: csv` or `format: sql`',
      );
    }
    const list = (rows ?? []) as readonly Mapping[];
    return { format, columns: [...new Set(list.flatMap(Object.keys))], rows: list };
  }
  if (format !== 'csv' && format !== 'sql') return null;
  const text =
    typeof fixture === 'string'
      ? readFixture(fixture, format, [...path, 'fixture'], context)
      : typeof rows === 'string'
        ? rows
        : complain(context, where, `rows of the format ${format} must be a text`);
  if (text === null) return null;
  if (format === 'sql') return { format, sql: text.trim().replace(/;$/, '') };
  const { records, problem } = readCsv(text.trim(), {
    path: context.properties.path,
    delimiter: ',',
  });
  if (problem !== null) return complain(context, where, problem.message, problem.hint);
  const [header = [], ...lines] = records;
  const columns = header.map((field) => field.text.trim());
  const uneven = lines.find((line) => line.length !== columns.length);
  if (uneven !== undefined) {
    return complain(
      context,
      where,
      `a row of the CSV has ${uneven.length} values, the header has ${columns.length}`,
    );
  }
  return {
    format,
    columns,
    rows: lines.map((line) =>
      Object.fromEntries(
        line.map(({ text: value, isQuoted }, at) => [
          columns[at] ?? '',
          // Without quotes, nothing is no value.
          value === '' && !isQuoted ? null : isQuoted ? value : value.trim(),
        ]),
      ),
    ),
  };
}

/**
 * Returns the unit tests that YAML files ask for, each as a test whose one dependency is its model. Refs of the rows are
 * looked at when it is compiled. Diagnostics: `test-invalid`, `properties-without-model`.
 */
export function parseUnitTests(
  project: Project,
  { folders, options }: { readonly folders: FolderLevels; readonly options: ParseOptions },
  models: readonly ModelNode[],
): ParsedTests {
  const byName = new Map<string, ModelNode[]>();
  for (const model of models) byName.set(model.name, [...(byName.get(model.name) ?? []), model]);
  const parsed = project.properties.flatMap((properties) =>
    (properties.value.unitTests ?? []).map((entry) =>
      parseUnitTest(
        entry,
        { project, properties, diagnostics: [] },
        {
          folders,
          options,
          models: byName,
        },
      ),
    ),
  );
  return {
    tests: parsed.flatMap(({ tests }) => tests),
    diagnostics: parsed.flatMap(({ diagnostics }) => diagnostics),
  };
}

function parseUnitTest(
  { raw, yamlPath }: UnitTestEntry,
  context: RowsContext,
  {
    folders,
    options,
    models,
  }: {
    readonly folders: FolderLevels;
    readonly options: ParseOptions;
    readonly models: ReadonlyMap<string, readonly ModelNode[]>;
  },
): ParsedTests {
  const { project, properties, diagnostics } = context;
  const text = (key: string): string => (typeof raw[key] === 'string' ? raw[key] : '');
  const [name, modelName] = [text('name'), text('model')];
  const place = (path: Path): SourceLocation => properties.locate([...yamlPath, ...path]);
  const location = place(['name']);
  const named = models.get(modelName);
  if (named === undefined) {
    const hint = didYouMean(modelName, [...models.keys()]);
    const message = `unit test '${name}' tests the model '${modelName}', which is not in the project`;
    const at = { location: place(['model']), hint };
    return { tests: [], diagnostics: [errorDiagnostic('properties-without-model', message, at)] };
  }
  const given = (Array.isArray(raw['given']) ? (raw['given'] as readonly JsonValue[]) : []).flatMap(
    (value, index): UnitTestInput[] => {
      const path = [...yamlPath, 'given', index];
      const item = toMapping(value);
      const written = typeof item['input'] === 'string' ? item['input'] : '';
      const input = readInput(written);
      const rows = readRows(item, path, context);
      if (input === undefined) {
        const expected = "ref('model'), source('source', 'table') or this";
        complain(context, [...path, 'input'], `'input' must be ${expected}, found '${written}'`);
      }
      if (input === undefined || rows === null) return [];
      return [{ input, rows, text: written, location: properties.locate([...path, 'input']) }];
    },
  );
  const expectPath = [...yamlPath, 'expect'];
  const expect = readRows(toMapping(raw['expect']), expectPath, context);
  if (diagnostics.length > 0 || expect === null) return { tests: [], diagnostics };

  const config = toMapping(raw['config']);
  const fqn = fullyQualifiedName(
    project.name,
    properties.path,
    project.paths.models,
    modelName,
    name,
  );
  const settings = toTestSettings(folders.levelsOf(fqn), [config, ...folders.overridesOf(fqn)]);
  const overrides = toMapping(raw['overrides']);
  const written = { given, expect, overrides, raw, modelName };
  const rawSql = JSON.stringify(raw);
  const refPlace = place(['model']);
  // Of two files for one model, one may be disabled.
  const tested = new Map(
    [...named]
      .sort((one, other) => Number(one.config.enabled) - Number(other.config.enabled))
      .map((model) => [model.uniqueId, model]),
  );
  const tests = chooseVersions([...tested.values()], raw, context, [...yamlPath, 'versions']).map(
    (model): TestNode => {
      const suffix = model.version === undefined ? '' : `_v${model.version.v}`;
      const unit = toUnit(model, written, properties.locate(expectPath, { key: true }));
      return {
        resourceType: 'test',
        uniqueId: `unit_test.${project.name}.${modelName}.${name}${suffix}`,
        name,
        packageName: project.name,
        path: properties.path,
        fqn: suffix === '' ? fqn : [...fqn.slice(0, -1), `${name}${suffix}`],
        description: text('description'),
        tags: settings.config.tags,
        patchPath: null,
        rawSql,
        language: 'sql',
        config: {
          ...settings.config,
          materialized: 'unit',
          enabled: settings.config.enabled && model.config.enabled,
        },
        refs: [
          {
            name: modelName,
            ...(model.version && { version: model.version.v }),
            location: refPlace,
          },
        ],
        sources: [],
        macros: [],
        vars: [],
        unrenderedConfig: mergeNodeConfig([...folders.unrenderedLevelsOf(fqn), config]),
        checksum: options.hash(unitTestText(unit)),
        generic: null,
        unit,
        severity: 'error',
        location,
      };
    },
  );
  return { tests, diagnostics };
}

function toUnit(
  { uniqueId }: ModelNode,
  {
    given,
    expect,
    overrides,
    raw,
    modelName,
  }: Pick<UnitTest, 'given' | 'expect' | 'modelName'> & {
    readonly overrides: Mapping;
    readonly raw: Mapping;
  },
  expectLocation: SourceLocation,
): UnitTest {
  return {
    model: uniqueId,
    modelName,
    given,
    expect,
    expectLocation,
    overrides: {
      macros: toMapping(overrides['macros']),
      vars: toMapping(overrides['vars']),
      env_vars: toMapping(overrides['env_vars']),
    },
    written: raw,
  };
}

/** Returns the versions of a model that a unit test tests: all, or those that `versions:` says. */
function chooseVersions(
  models: readonly ModelNode[],
  raw: Mapping,
  context: RowsContext,
  path: Path,
): readonly ModelNode[] {
  const choice = raw['versions'];
  if (!isMapping(choice)) return models;
  if (models.every(({ version }) => version === undefined)) {
    complain(context, path, `model '${models[0]?.name ?? ''}' has no versions to choose from`);
    return models;
  }
  const texts = (key: string): readonly string[] | null =>
    Array.isArray(choice[key]) ? (choice[key] as readonly JsonValue[]).map(String) : null;
  const [include, exclude] = [texts('include'), texts('exclude')];
  return models.filter(({ version }) => {
    const v = String(version?.v);
    return (include?.includes(v) ?? true) && !(exclude?.includes(v) ?? false);
  });
}
