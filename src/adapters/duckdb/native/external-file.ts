import { isMapping } from '../../../core/is-mapping.js';
import type { FileTarget } from '../../../core/adapter.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import { locateConfigKey } from '../../../core/locate-config-key.js';
import type { BuiltNode, JsonValue } from '../../../core/node.js';
import { failure, success, type Result } from '../../../core/result.js';
import { quoteText } from '../quote.js';

/** Keys of models whose rows go to a file, besides `location` and `format`. */
export const externalModelKeys: Readonly<Record<string, JsonValue>> = {
  options: {
    type: 'object',
    description: 'external: how DuckDB writes the file, such as `partition_by` and `compression`.',
  },
  delimiter: { type: 'string', description: 'external: what stands between two values in CSV.' },
  parquet_read_options: { type: 'object', description: 'external: how the file is read.' },
  csv_read_options: { type: 'object', description: 'external: how the file is read.' },
  json_read_options: { type: 'object', description: 'external: how the file is read.' },
};

const formats: readonly string[] = ['csv', 'json', 'parquet'];
/** Options of COPY whose values dbt-duckdb puts into quotes. */
const quoted: readonly string[] = ['delimiter', 'escape', 'null', 'quote'];

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readOptions(value: JsonValue | undefined, preset: Readonly<Record<string, JsonValue>>) {
  return Object.entries(isMapping(value) ? value : preset)
    .map(([key, each]) => `, ${key}=${typeof each === 'string' ? quoteText(each) : textOf(each)}`)
    .join('');
}

/**
 * Returns the file of a model with the materialization `external`, as dbt-duckdb 1.10 has it: at `location`, else in the
 * profile's `external_root` (the project folder) by the model's name. Code: `materialization-invalid`.
 */
export function describeExternalFile(model: BuiltNode, root: string): Result<FileTarget> {
  const config = model.resourceType === 'model' ? model.config : null;
  const extra = config?.extra ?? {};
  const refuse = (key: string, message: string, hint: string): Result<never> => {
    const location = locateConfigKey(model, key);
    const text = `external model '${model.name}' ${message}`;
    return failure([errorDiagnostic('materialization-invalid', text, { location, hint })]);
  };
  const raw = extra['options'] ?? {};
  if (!isMapping(raw))
    return refuse('options', "has 'options' that are no mapping", 'write a mapping');
  const options = new Map(
    Object.entries(raw).map(([key, value]) => [key.toLowerCase(), textOf(value)]),
  );
  const wrong = [...options.keys()].find((key) => !/^\w+$/u.test(key));
  if (wrong !== undefined) return refuse('options', `has the option '${wrong}'`, 'write a word');
  if (options.has('overwrite')) {
    const hint = 'write overwrite_or_ignore, and remove by hand what is too old';
    return refuse('overwrite', 'would remove all that is in its folder', hint);
  }
  const written = config?.format ?? undefined;
  if (written !== undefined && !formats.includes(written)) {
    return refuse('format', `has the format '${written}'`, `use one of ${formats.join(', ')}`);
  }
  const partitions = options.get('partition_by');
  const location =
    config?.location ??
    `${root}/${model.relation.identifier}${partitions === undefined ? `.${written ?? 'parquet'}` : ''}`;
  const ending = /\.([^./\\]+)$/u.exec(location)?.[1]?.toLowerCase();
  if (written !== undefined) options.set('format', written);
  const delimiter = extra['delimiter'];
  if (typeof delimiter === 'string') options.set('delimiter', delimiter);
  const format = options.get('format') ?? ending ?? (options.has('delimiter') ? 'csv' : 'parquet');
  options.set('format', format);
  if (format === 'csv' && !options.has('header')) options.set('header', '1');
  if (partitions?.includes(',') === true && !partitions.startsWith('(')) {
    options.set('partition_by', `(${partitions})`);
  }
  const inMany = partitions !== undefined || options.has('per_thread_output');
  // What is there stays until the new file is there as a whole.
  if (!inMany && !/^\w{2,}:/u.test(location)) options.set('use_tmp_file', 'true');
  const writeOptions = [...options]
    .map(([key, value]) =>
      quoted.includes(key) && !value.startsWith("'")
        ? `${key} ${quoteText(value)}`
        : `${key} ${value}`,
    )
    .join(', ');
  const stars = (partitions ?? '').split(',').map(() => '*');
  const pattern = inMany
    ? `${[location, '*', ...(partitions === undefined ? [] : stars)].join('/')}.${format}`
    : location;
  const reader = formats.includes(written ?? ending ?? '') ? (written ?? ending ?? '') : 'parquet';
  const preset = reader === 'parquet' ? { union_by_name: false } : { auto_detect: true };
  return success({
    location,
    writeOptions,
    source: `read_${reader}(${quoteText(pattern)}${readOptions(extra[`${reader}_read_options`], preset)})`,
    keepsColumns: reader === 'parquet' && !inMany,
  });
}
