import { markdownTable } from '../core/markdown.js';
import type { JsonValue } from '../core/node.js';
import type { TargetType } from '../core/target-type.js';
import {
  adapterKeySchemas,
  commonTargetJsonSchema,
  configJsonSchemas,
  projectJsonSchema,
  propertiesJsonSchema,
  propertiesOf,
  type JsonSchema,
} from './json-schema.js';
import { nodeConfigSchemas } from './node-config-schema.js';
import { createProjectSchema } from './project-schema.js';
import { createPropertiesSchema } from './properties-schema.js';
import { schemaAt } from './schema-at.js';
import { anyValue } from './schema-notes.js';
import type { ValuePath } from './yaml-document.js';

type Properties = Readonly<Record<string, JsonSchema>>;

const definitionNames: Readonly<Record<string, string>> = {
  modelConfig: 'configuration of a model',
  modelFolder: 'folders of models',
  testFolder: 'folders of tests',
  sourceFolder: 'folders of sources',
  exposureFolder: 'folders of exposures',
  unitTestFolder: 'folders of unit tests',
  testEntry: 'data test',
  targets: 'targets',
};

function code(value: JsonValue): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** Returns a schema's type in words, as the page prints it. */
function typeOf(schema: JsonSchema): string {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = reference.split('/').at(-1) ?? '';
    return definitionNames[name] ?? name;
  }
  if (schema['const'] !== undefined) return code(schema['const']);
  const choices = schema['enum'] as readonly JsonValue[] | undefined;
  if (choices !== undefined) return choices.map(code).join(' or ');
  const alternatives = schema['anyOf'] as readonly JsonSchema[] | undefined;
  if (alternatives !== undefined)
    return [...new Set(alternatives.map(typeOf))].filter(Boolean).join(' or ');
  const { type } = schema;
  if (Array.isArray(type)) {
    const types: readonly JsonValue[] = type;
    return types
      .map((each) => typeOf({ type: each }))
      .filter(Boolean)
      .join(' or ');
  }
  if (type === 'array')
    return `list of ${typeOf((schema['items'] ?? {}) as JsonSchema) || 'values'}`;
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    number: 'number',
    boolean: '`true` or `false`',
    object: 'mapping',
    // An empty value is the same as none.
    null: '',
  };
  return typeof type === 'string' ? (words[type] ?? type) : '';
}

function defaultOf(schema: JsonSchema): string {
  const value = schema['default'];
  return value === undefined
    ? ''
    : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function keyTable(properties: Properties, required: readonly JsonValue[] = []): string {
  const rows = Object.entries(properties).map(([key, schema]) => [
    `\`${key}\``,
    typeOf(schema),
    required.includes(key) ? 'required' : defaultOf(schema),
    typeof schema['description'] === 'string' ? schema['description'] : '',
  ]);
  return markdownTable(['Key', 'Type', 'Default', 'Description'], rows);
}

function objectTable(schema: JsonSchema): string {
  return keyTable(propertiesOf(schema), schema['required'] as readonly JsonValue[] | undefined);
}

/** Returns the sentence about keys of dbt that are refused. */
function unsupportedKeys(unsupported: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(unsupported ?? {}).map((key) => `\`${key}\``);
  return keys.length === 0 ? '' : `Keys of dbt that are not supported yet: ${keys.join(', ')}.`;
}

/** Returns the keys of the engines that a model of ours does not have anyway: those that work, and those that are refused. */
function engineKeys(
  targetTypes: readonly TargetType[],
  own: Properties,
): { readonly supported: Properties; readonly refused: Properties } {
  const keys = Object.entries(adapterKeySchemas(targetTypes)).filter(([key]) => !(key in own));
  const isRefused = ([, schema]: readonly [string, JsonSchema]): boolean =>
    schema['deprecated'] === true;
  return {
    supported: Object.fromEntries(keys.filter((each) => !isRefused(each))),
    refused: Object.fromEntries(keys.filter(isRefused)),
  };
}

function omitKeys<T>(
  record: Readonly<Record<string, T>> | undefined,
  keys: Properties,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record ?? {}).filter(([key]) => !(key in keys)));
}

/** Finds the schema of the items of a list, through `nullish`. */
function itemsOf(schema: JsonSchema): JsonSchema {
  const alternatives = (schema['anyOf'] as readonly JsonSchema[] | undefined) ?? [schema];
  return (alternatives.find((each) => each['items'] !== undefined)?.['items'] ?? {}) as JsonSchema;
}

/** Descends from a schema through lists to the mapping under a key: `models`, `columns`. */
function itemAt(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  return keys.reduce((at, key) => itemsOf(propertiesOf(at)[key] ?? {}), schema);
}

const intro = `<!-- Written by \`npm run generate-schema\`. Edit the schemas in src/project/ instead. -->

# Configuration

Every key of \`stedi_project.yml\`, of the YAML files beside models and tests, and of \`config()\` in SQL files. A key that
does not stand here is an error. Editors check the same with the JSON Schemas in \`schema/\`.`;

/**
 * Returns the reference page of all configuration, in Markdown, from the schemas that validate it.
 */
export function configurationPage(targetTypes: readonly TargetType[]): string {
  const parts = {
    models: anyValue,
    tests: anyValue,
    seeds: anyValue,
    snapshots: anyValue,
    sources: anyValue,
    exposures: anyValue,
    unitTests: anyValue,
    targets: anyValue,
  };
  const projectNotes = schemaAt(createProjectSchema(parts), [])?.notes;
  const propertiesSchema = createPropertiesSchema({
    modelConfig: anyValue,
    seedConfig: anyValue,
    snapshotConfig: anyValue,
    testEntry: anyValue,
  });
  const notesAt = (path: ValuePath) => schemaAt(propertiesSchema, path)?.notes.unsupported;
  const properties = propertiesJsonSchema(targetTypes);
  const config = configJsonSchemas([]);
  const ofEngines = engineKeys(targetTypes, propertiesOf(config.model));
  const sections = [
    intro,
    '## `stedi_project.yml`',
    objectTable(projectJsonSchema(targetTypes)),
    unsupportedKeys(projectNotes?.unsupported),
    '### Targets',
    'Each entry of `targets:` is a connection. Values may hold Jinja with `env_var()`. All types have these keys:',
    objectTable(commonTargetJsonSchema()),
    ...targetTypes.flatMap(({ type, jsonSchemaProperties }) => [
      `#### Type \`${type}\``,
      keyTable(jsonSchemaProperties as Properties),
    ]),
    '## Configuration of models',
    'In `config()` in the SQL file, under `config:` in a YAML file, and with `+` before the key under `models:` in `stedi_project.yml`. The first of these that has a key decides; `tags` add up, and `meta` merges.',
    objectTable(config.model),
    unsupportedKeys(
      omitKeys(schemaAt(nodeConfigSchemas.model, [])?.notes.unsupported, ofEngines.supported),
    ),
    '### Keys of the engines',
    'How the table of a model, a seed or a snapshot is stored. A key of another engine than the target’s has no effect, so that models are the same on all of them.',
    keyTable(ofEngines.supported),
    '### Keys of dbt’s adapters that are refused',
    'On the engine that would have them, each is an error that says what to write instead.',
    Object.entries(ofEngines.refused)
      .map(
        ([key, { description }]) =>
          `- \`${key}\`: ${typeof description === 'string' ? description : ''}`,
      )
      .join('\n'),
    '## Configuration of data tests',
    'In `config()` in the SQL file, under `config:` of a test in a YAML file, and with `+` before the key under `tests:` in `stedi_project.yml`.',
    objectTable(config.test),
    unsupportedKeys(schemaAt(nodeConfigSchemas.test, [])?.notes.unsupported),
    '## Configuration of seeds',
    'Under `config:` in a YAML file, and with `+` before the key under `seeds:` in `stedi_project.yml`. The keys by which an engine stores the table of a model are there for seeds, too.',
    objectTable(config.seed),
    unsupportedKeys(
      omitKeys(schemaAt(nodeConfigSchemas.seed, [])?.notes.unsupported, ofEngines.supported),
    ),
    '## Configuration of snapshots',
    'In `config()` in the SQL file, under `config:` in a YAML file, and with `+` before the key under `snapshots:` in `stedi_project.yml`. The keys by which an engine stores the table of a model are there for snapshots, too. See [Snapshots](snapshots.md).',
    objectTable(config.snapshot),
    unsupportedKeys(
      omitKeys(schemaAt(nodeConfigSchemas.snapshot, [])?.notes.unsupported, ofEngines.supported),
    ),
    '## YAML files beside models and tests',
    objectTable(properties),
    unsupportedKeys(notesAt([])),
    ...propertySections.flatMap(({ title, keys }) => [
      `### ${title}`,
      objectTable(itemAt(properties, keys)),
      unsupportedKeys(notesAt(keys.flatMap((key) => [key, 0]))),
    ]),
    '### Data tests',
    dataTests,
  ];
  return `${sections.filter((each) => each !== '').join('\n\n')}\n`;
}

const propertySections: readonly { readonly title: string; readonly keys: readonly string[] }[] = [
  { title: 'Models', keys: ['models'] },
  { title: 'Versions of models', keys: ['models', 'versions'] },
  { title: 'Columns', keys: ['models', 'columns'] },
  { title: 'Sources', keys: ['sources'] },
  { title: 'Tables of sources', keys: ['sources', 'tables'] },
  { title: 'Seeds', keys: ['seeds'] },
  { title: 'Snapshots', keys: ['snapshots'] },
  { title: 'Macros', keys: ['macros'] },
  { title: 'Arguments of macros', keys: ['macros', 'arguments'] },
  { title: 'Exposures', keys: ['exposures'] },
  { title: 'Groups', keys: ['groups'] },
  { title: 'Analyses', keys: ['analyses'] },
];

const dataTests = `An entry of \`data_tests:\` is a test's name, or a mapping of the name to these keys:

${markdownTable(
  ['Key', 'Type', 'Description'],
  [
    ['`arguments`', 'mapping', 'The arguments of the test.'],
    ['`config`', 'mapping', 'The configuration of the test, see above.'],
    ['`name`', 'text', 'A name instead of the one made from the arguments.'],
  ],
)}

Arguments and configuration may also stand beside these keys, as in older dbt projects:

\`\`\`yaml
data_tests:
  - not_null
  - accepted_values:
      arguments:
        values: [open, closed]
      config:
        severity: warn
\`\`\``;
