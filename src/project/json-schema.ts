import { z } from 'zod';
import type { JsonValue } from '../core/node.js';
import { selectorMethodNames } from '../core/selector-definition.js';
import type { TargetType } from '../core/target-type.js';
import { nodeConfigSchemas, type ConfiguredResource } from './node-config-schema.js';
import { createProjectSchema } from './project-schema.js';
import { createPropertiesSchema } from './properties-schema.js';
import { createSelectorsSchema, methodRuleSchema } from './selectors-schema.js';
import { commonTargetShape } from './validate-target.js';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, JsonValue>>;

/** The parts of the files that are described once and referred to. */
const modelConfig = z.any();
const modelFolder = z.any();
const testFolder = z.any();
const testEntry = z.any();
const seedConfig = z.any();
const seedFolder = z.any();
const snapshotConfig = z.any();
const snapshotFolder = z.any();
const sourceFolder = z.any();
const exposureFolder = z.any();
const unitTestFolder = z.any();
const targets = z.any();

const references = new Map<z.core.$ZodType, string>([
  [modelConfig, 'modelConfig'],
  [modelFolder, 'modelFolder'],
  [testFolder, 'testFolder'],
  [testEntry, 'testEntry'],
  [seedConfig, 'seedConfig'],
  [seedFolder, 'seedFolder'],
  [snapshotConfig, 'snapshotConfig'],
  [snapshotFolder, 'snapshotFolder'],
  [sourceFolder, 'sourceFolder'],
  [exposureFolder, 'exposureFolder'],
  [unitTestFolder, 'unitTestFolder'],
  [targets, 'targets'],
]);

const referTo = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });

/** Returns the JSON Schema of a zod schema, draft 7, which editors understand best, without zod's noise. */
function toJsonSchema(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const reference = references.get(zodSchema);
      if (reference !== undefined) Object.assign(jsonSchema, referTo(reference));
      delete jsonSchema.propertyNames;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      // Of `text or null`, the text has the description; editors look for it outside.
      const described = jsonSchema.anyOf?.find(({ description }) => description !== undefined);
      if (described?.description !== undefined) {
        jsonSchema.description = described.description;
        delete described.description;
      }
    },
  });
  return json as JsonSchema;
}

/** Returns the `properties` of an object schema. */
export function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
}

const template: JsonSchema = { type: 'string', pattern: '\\{\\{' };

/** Where Jinja is rendered, a text with `{{` may stand for any value; where any text is right, nothing is to add. */
function allowTemplates(properties: Readonly<Record<string, JsonSchema>>) {
  return mapValues(properties, ({ description, default: otherwise, ...schema }): JsonSchema => {
    const choices = (schema['anyOf'] as readonly JsonSchema[] | undefined) ?? [schema];
    const takesText = choices.some(
      (each) => each['type'] === 'string' && !('enum' in each || 'const' in each),
    );
    return {
      ...(description !== undefined && { description }),
      ...(otherwise !== undefined && { default: otherwise }),
      ...(takesText ? schema : { anyOf: [...choices, template] }),
    };
  });
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, map: (value: In) => Out) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

const engineKey = (key: string): string => `engine_${key}`;

/** Returns the definitions that the configurations of `configJsonSchemas` refer to. */
function engineDefinitions(types: readonly TargetType[]): Readonly<Record<string, JsonSchema>> {
  const keys = Object.entries(adapterKeySchemas(types));
  return Object.fromEntries(keys.map(([key, schema]) => [engineKey(key), schema]));
}

/** Returns the JSON Schemas of the keys of models that engines have besides, by key; of a key that two have, the first's. */
export function adapterKeySchemas(
  types: readonly TargetType[],
): Readonly<Record<string, JsonSchema>> {
  const keys = [...types].reverse().map(({ modelKeys = {} }) => modelKeys);
  return Object.assign({}, ...keys) as Readonly<Record<string, JsonSchema>>;
}

/**
 * Returns the JSON Schemas of the configuration of models, data tests, seeds and snapshots. Those of models, seeds and
 * snapshots have the keys of the engines, too.
 */
export function configJsonSchemas(
  targetTypes: readonly TargetType[],
): Readonly<Record<ConfiguredResource, JsonSchema>> {
  const keys = Object.keys(adapterKeySchemas(targetTypes));
  const ofEngines = Object.fromEntries(keys.map((key) => [key, referTo(engineKey(key))]));
  const stored = (resource: 'model' | 'seed' | 'snapshot'): JsonSchema => {
    const schema = toJsonSchema(nodeConfigSchemas[resource]);
    return { ...schema, properties: { ...ofEngines, ...propertiesOf(schema) } };
  };
  return {
    model: stored('model'),
    test: toJsonSchema(nodeConfigSchemas.test),
    seed: stored('seed'),
    snapshot: stored('snapshot'),
    source: toJsonSchema(nodeConfigSchemas.source),
    exposure: toJsonSchema(nodeConfigSchemas.exposure),
    unit_test: toJsonSchema(nodeConfigSchemas.unit_test),
  };
}

/** Returns the JSON Schema of the keys that targets of every type have. */
export function commonTargetJsonSchema(): JsonSchema {
  return toJsonSchema(z.strictObject(commonTargetShape));
}

/** Settings with `+` and subfolders. */
function folderSchema(name: string, config: JsonSchema): JsonSchema {
  const settings = Object.entries(allowTemplates(propertiesOf(config)));
  return {
    type: 'object',
    properties: Object.fromEntries(settings.map(([key, schema]) => [`+${key}`, schema])),
    additionalProperties: { anyOf: [referTo(name), { type: 'null' }] },
  };
}

function testEntrySchema(config: JsonSchema): JsonSchema {
  const body = {
    properties: {
      name: { type: 'string', description: 'A name instead of the one made from the arguments.' },
      arguments: { type: 'object', description: 'The arguments of the test.' },
      config: { ...config, properties: allowTemplates(propertiesOf(config)) },
    },
  };
  return {
    anyOf: [
      { type: 'string', minLength: 1 },
      {
        type: 'object',
        minProperties: 1,
        maxProperties: 1,
        additionalProperties: { type: ['object', 'null'], ...body },
      },
      {
        type: 'object',
        required: ['test_name'],
        properties: { test_name: { type: 'string' }, ...body.properties },
      },
    ],
  };
}

function targetsSchema(types: readonly TargetType[]): JsonSchema {
  const common = propertiesOf(commonTargetJsonSchema());
  return {
    type: 'object',
    additionalProperties: {
      anyOf: types.map(({ type, jsonSchemaProperties }) => ({
        type: 'object',
        required: ['type'],
        additionalProperties: false,
        properties: {
          ...allowTemplates(common),
          type: { const: type },
          ...allowTemplates(jsonSchemaProperties as Readonly<Record<string, JsonSchema>>),
        },
      })),
    },
  };
}

/** Returns the JSON Schema of `stedi_project.yml` with the target types given. */
export function projectJsonSchema(targetTypes: readonly TargetType[]): JsonSchema {
  const config = configJsonSchemas(targetTypes);
  return {
    ...toJsonSchema(
      createProjectSchema({
        models: modelFolder,
        tests: testFolder,
        seeds: seedFolder,
        snapshots: snapshotFolder,
        sources: sourceFolder,
        exposures: exposureFolder,
        unitTests: unitTestFolder,
        targets,
      }),
    ),
    title: 'stedi_project.yml',
    definitions: {
      modelFolder: folderSchema('modelFolder', config.model),
      testFolder: folderSchema('testFolder', config.test),
      seedFolder: folderSchema('seedFolder', config.seed),
      snapshotFolder: folderSchema('snapshotFolder', config.snapshot),
      sourceFolder: folderSchema('sourceFolder', config.source),
      exposureFolder: folderSchema('exposureFolder', config.exposure),
      unitTestFolder: folderSchema('unitTestFolder', config.unit_test),
      targets: targetsSchema(targetTypes),
      ...engineDefinitions(targetTypes),
    },
  };
}

const selectorDefinition = z.any();
references.set(selectorDefinition, 'definition');

/** Returns the JSON Schema of `selectors.yml`. */
export function selectorsJsonSchema(): JsonSchema {
  const definitions = { type: 'array', items: referTo('definition') };
  const group = (name: string): JsonSchema => ({
    type: 'object',
    additionalProperties: false,
    required: [name],
    properties: {
      [name]: { type: 'array', items: { anyOf: [referTo('definition'), referTo('exclude')] } },
    },
  });
  const method = toJsonSchema(methodRuleSchema);
  const shorthands = selectorMethodNames.filter((name) => name !== 'config');
  return {
    ...toJsonSchema(createSelectorsSchema({ definition: selectorDefinition })),
    title: 'stedi-sql selectors',
    definitions: {
      definition: {
        anyOf: [
          { type: 'string', minLength: 1, description: 'A selector as on the command line.' },
          group('union'),
          group('intersection'),
          { ...method, properties: { ...propertiesOf(method), exclude: definitions } },
          {
            type: 'object',
            additionalProperties: false,
            minProperties: 1,
            maxProperties: 1,
            properties: Object.fromEntries(
              shorthands.map((name) => [name, { type: ['string', 'number', 'boolean'] }]),
            ),
            patternProperties: { '^config\\.': { type: ['string', 'number', 'boolean'] } },
          },
        ],
      },
      exclude: {
        type: 'object',
        additionalProperties: false,
        required: ['exclude'],
        properties: { exclude: definitions },
      },
    },
  };
}

/** Returns the JSON Schema of properties files, the YAML files beside models and tests, with the target types given. */
export function propertiesJsonSchema(targetTypes: readonly TargetType[]): JsonSchema {
  const { model, test, seed, snapshot } = configJsonSchemas(targetTypes);
  return {
    ...toJsonSchema(createPropertiesSchema({ modelConfig, seedConfig, snapshotConfig, testEntry })),
    title: 'stedi-sql properties',
    definitions: {
      modelConfig: { ...model, properties: allowTemplates(propertiesOf(model)) },
      seedConfig: { ...seed, properties: allowTemplates(propertiesOf(seed)) },
      snapshotConfig: { ...snapshot, properties: allowTemplates(propertiesOf(snapshot)) },
      testEntry: testEntrySchema(test),
      ...engineDefinitions(targetTypes),
    },
  };
}
