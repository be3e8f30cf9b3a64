import type { SourceLocation } from '../core/diagnostic.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { ModelNode } from '../core/node.js';
import type { DescribedModel } from './model-entries.js';

/**
 * Returns the place where a model's configuration says a key: in `config()` of its file, else in its YAML entry; the file
 * alone if it comes from `stedi_project.yml`, or from nowhere.
 */
export function locateModelConfig(
  model: Pick<ModelNode, 'path' | 'rawSql'>,
  described: DescribedModel | undefined,
  key: string,
): SourceLocation {
  const inFile = locateConfigKey(model, key);
  if (inFile.line !== undefined || described === undefined) return inFile;
  if (!Object.hasOwn(described.entry.config, key)) return inFile;
  return described.properties.locate([...described.entry.yamlPath, 'config', key], { key: true });
}
