import type { TargetType } from '../core/target-type.js';
import { configurationPage } from './configuration-page.js';
import {
  projectJsonSchema,
  propertiesJsonSchema,
  selectorsJsonSchema,
  type JsonSchema,
} from './json-schema.js';

/** A file of the repository that is written from the configuration schemas. */
export interface GeneratedFile {
  /** Relative to the repository, forward slashes. */
  readonly path: string;
  readonly content: string;
}

function toText(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Returns the JSON Schemas for editors and the reference page, for the target types given. */
export function generateFiles(targetTypes: readonly TargetType[]): readonly GeneratedFile[] {
  return [
    {
      path: 'schema/stedi_project.schema.json',
      content: toText(projectJsonSchema(targetTypes)),
    },
    { path: 'schema/properties.schema.json', content: toText(propertiesJsonSchema(targetTypes)) },
    { path: 'schema/selectors.schema.json', content: toText(selectorsJsonSchema()) },
    { path: 'docs/configuration.md', content: configurationPage(targetTypes) },
  ];
}
