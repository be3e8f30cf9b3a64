import {
  errorDiagnostic,
  warningDiagnostic,
  hasErrors,
  type Diagnostic,
} from '../../core/diagnostic.js';
import type { JsonValue, SeedNode } from '../../core/node.js';
import { fromLiteralTemplates } from '../../core/literal-text.js';
import { mergeNodeConfig, toNodeConfig, type ConfigEntries } from '../../core/node-config.js';
import type { Project, SourceFile } from '../../core/project.js';
import type { SqlType } from '../../core/sql-type.js';
import { createSuggester, didYouMean } from '../../core/suggest.js';
import type { FolderLevels } from '../folder-config.js';
import { fileStem, fullyQualifiedName } from '../fully-qualified-name.js';
import type { LocatedNode } from '../located-node.js';
import { locateEntry, toColumns, type DescribedModel } from '../model-entries.js';
import type { ParseOptions } from '../parse-options.js';
import { relationOf } from '../relation-of.js';
import { readColumnType } from './read-column-type.js';
import { readSeed, type SeedType } from './read-seed.js';

/** The project's YAML entries of seeds by name, and its folder configuration. */
export interface SeedSurroundings {
  readonly entries: ReadonlyMap<string, DescribedModel>;
  readonly folders: FolderLevels;
}

/**
 * Returns a seed per CSV file under the seed paths, with its rows. Configuration: folders < YAML. A disabled seed is not
 * read. Diagnostics: `seed-*`, `config-invalid-value` for `column_types`, `properties-without-model`.
 */
export function parseSeeds(
  project: Project,
  { entries, folders }: SeedSurroundings,
  options: Pick<ParseOptions, 'hash' | 'isDbtForm'>,
): {
  readonly seeds: readonly LocatedNode<SeedNode>[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const files = project.files.filter(({ kind }) => kind === 'seed');
  const seeds = files.map((file) => {
    const described = entries.get(fileStem(file.path));
    const parsed = parseSeed(file, described, { project, folders, options });
    diagnostics.push(...parsed.diagnostics);
    return { node: parsed.seed, location: { path: file.path } };
  });

  const names = new Set(files.map(({ path }) => fileStem(path)));
  const hintFor = createSuggester([...names]);
  const report = options.isDbtForm === true ? warningDiagnostic : errorDiagnostic;
  for (const [name, { properties, entry }] of entries) {
    if (names.has(name)) continue;
    const message = `expected a CSV file for the seed '${name}', found none`;
    const hint = hintFor(name, `write it to ${project.paths.seeds[0] ?? 'seeds'}/${name}.csv`);
    const location = locateEntry(properties, entry);
    diagnostics.push(report('properties-without-model', message, { location, hint }));
  }
  return { seeds, diagnostics };
}

function parseSeed(
  file: SourceFile,
  described: DescribedModel | undefined,
  {
    project,
    folders,
    options,
  }: {
    readonly project: Project;
    readonly folders: FolderLevels;
    readonly options: Pick<ParseOptions, 'hash' | 'readNativeType'>;
  },
): { readonly seed: SeedNode; readonly diagnostics: readonly Diagnostic[] } {
  const name = fileStem(file.path);
  const fqn = fullyQualifiedName(project.name, file.path, project.paths.seeds, name);
  const config = toNodeConfig(
    mergeNodeConfig([
      ...folders.levelsOf(fqn),
      described?.config ?? {},
      ...folders.overridesOf(fqn),
    ]),
    { materialized: 'seed' },
  );
  const { readNativeType } = options;
  const declared = readNativeType
    ? readNativeTypes(config.extra['column_types'], readNativeType)
    : readColumnTypes(config.extra['column_types'], { name, described, project });
  const { delimiter } = config.extra;
  const read = config.enabled
    ? readSeed(file, {
        name,
        delimiter: typeof delimiter === 'string' ? delimiter : ',',
        types: declared.types,
        isNative: readNativeType !== undefined,
      })
    : { table: { columns: [], rows: [] }, diagnostics: [] };
  const columnNames = read.table.columns.map((column) => column.name);
  // As in dbt, which reads the file when the seed is built: nothing else has to wait for it.
  const broken = readNativeType && read.diagnostics.find(({ severity }) => severity === 'error');
  const unknown = hasErrors(read.diagnostics) ? [] : checkNames(columnNames, { name, described });
  const seed: SeedNode = {
    resourceType: 'seed',
    uniqueId: `seed.${project.name}.${name}`,
    name,
    packageName: project.name,
    path: file.path,
    fqn,
    description: described?.entry.description ?? '',
    tags: config.tags,
    patchPath: described?.properties.path ?? null,
    rawSql: '',
    language: 'sql',
    config,
    refs: [],
    sources: [],
    macros: [],
    vars: [],
    unrenderedConfig: mergeNodeConfig([
      ...folders.unrenderedLevelsOf(fqn),
      fromLiteralTemplates(described?.entry.config ?? {}),
      ...folders.unrenderedOverridesOf(fqn),
    ]),
    checksum: options.hash(file.content.trim()),
    columns: toColumns(described?.entry.columns ?? [], described?.properties),
    relation: relationOf(name, config, project),
    table: read.table,
    ...(broken && { broken }),
  };
  if (!config.enabled) return { seed, diagnostics: [] };
  if (broken) return { seed, diagnostics: declared.diagnostics };
  return { seed, diagnostics: [...declared.diagnostics, ...unknown, ...read.diagnostics] };
}

function toMapping(value: JsonValue | undefined): ConfigEntries {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as ConfigEntries)
    : {};
}

interface DeclaredTypes {
  readonly types: ReadonlyMap<string, SeedType>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The same in the words of the target's own SQL, which only the engine knows all of. */
function readNativeTypes(
  written: JsonValue | undefined,
  readType: (declared: string) => SqlType,
): DeclaredTypes {
  const types = Object.entries(toMapping(written)).flatMap(([column, declared]) =>
    typeof declared === 'string'
      ? [[column.toLowerCase(), { type: readType(declared), nativeType: declared }] as const]
      : [],
  );
  return { types: new Map(types), diagnostics: [] };
}

/** Returns the types that the configuration gives to columns, by name in lower case. */
function readColumnTypes(
  written: JsonValue | undefined,
  {
    name,
    described,
    project,
  }: {
    readonly name: string;
    readonly described: DescribedModel | undefined;
    readonly project: Project;
  },
): DeclaredTypes {
  const types = new Map<string, SeedType>();
  const diagnostics: Diagnostic[] = [];
  for (const [column, declared] of Object.entries(toMapping(written))) {
    if (typeof declared !== 'string') continue;
    const type = readColumnType(declared);
    if ('problem' in type) {
      const message = `'column_types' of seed '${name}', column '${column}': ${type.problem}`;
      const location = locateType(column, described) ?? { path: project.configPath };
      const { hint } = type;
      diagnostics.push(errorDiagnostic('config-invalid-value', message, { location, hint }));
    } else types.set(column.toLowerCase(), { type });
  }
  return { types, diagnostics };
}

/** Returns the place of a column under `column_types` of the YAML entry; `undefined` where a folder gives the type. */
function locateType(
  column: string,
  described: DescribedModel | undefined,
  { key = false }: { readonly key?: boolean } = {},
): ReturnType<typeof locateEntry> | undefined {
  if (described === undefined) return undefined;
  const { entry, properties } = described;
  if (!Object.hasOwn(toMapping(entry.config['column_types']), column)) return undefined;
  return properties.locate([...entry.yamlPath, 'config', 'column_types', column], { key });
}

/** A folder may give types to columns that only some of its seeds have; a seed's own entry may not. */
function checkNames(
  columnNames: readonly string[],
  { name, described }: { readonly name: string; readonly described: DescribedModel | undefined },
): readonly Diagnostic[] {
  const known = new Set(columnNames.map((each) => each.toLowerCase()));
  return Object.keys(toMapping(described?.config['column_types']))
    .filter((column) => !known.has(column.toLowerCase()))
    .map((column) => {
      const message = `'column_types' names the column '${column}', which seed '${name}' does not have`;
      const hint = didYouMean(column, columnNames, `its columns are ${columnNames.join(', ')}`);
      const location = locateType(column, described, { key: true });
      return errorDiagnostic('config-invalid-value', message, { location, hint });
    });
}
