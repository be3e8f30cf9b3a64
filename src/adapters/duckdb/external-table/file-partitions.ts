import type { ExternalTable } from '../../../core/external-table.js';
import { matchProjected, matchTemplate } from './projected-values.js';

/** Hive's name of the partition in which a column is NULL. */
const nullPartition = '__HIVE_DEFAULT_PARTITION__';

/** Where the files of an external table lie, and what their paths say. */
export interface FilePartitions {
  /** The folder that all of them are below. */
  readonly folder: string;
  /** Returns the values of the partition columns for a file; `undefined` for one that lies in no partition. */
  match(path: string): readonly (string | null)[] | undefined;
}

function unescapeName(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

const toValue = (text: string): string | null => (text === nullPartition ? null : text);

/**
 * The folders `a=1/b=x` that are there, names in lower case, as MSCK REPAIR TABLE takes them.
 * Source: Athena User Guide, "MSCK REPAIR TABLE".
 */
function listedPartitions(partitions: readonly string[], folder: string): FilePartitions {
  return {
    folder,
    match(path) {
      const parts = path.slice(folder.length + 1).split('/');
      if (parts.length <= partitions.length) return undefined;
      const values = partitions.map((name, index) => {
        const part = parts[index] ?? '';
        return part.startsWith(`${name}=`) ? unescapeName(part.slice(name.length + 1)) : undefined;
      });
      return values.every((each) => each !== undefined) ? values.map(toValue) : undefined;
    },
  };
}

/** The folders that partition projection computes. */
function projectedPartitions(
  { partitions, projection }: ExternalTable,
  { template, now }: { readonly template: string; readonly now: Date },
): FilePartitions {
  const columns = new Map(
    partitions.map((name) => {
      const column = projection?.columns.get(name);
      return [name, column && matchProjected(column, now)];
    }),
  );
  const read = matchTemplate(template, partitions, columns);
  const end = template.indexOf('${');
  return {
    folder: template.slice(0, template.lastIndexOf('/', end)),
    match: (path) => read(path)?.map(toValue),
  };
}

/**
 * Returns which files of a folder an external table reads, and the values of its partition columns, which come from paths
 * alone. `resolvePath` makes an absolute path, with forward slashes, of a template; `now` is what `NOW` means in ranges.
 */
export function filePartitions(
  table: ExternalTable,
  {
    folder,
    resolvePath,
    now,
  }: {
    readonly folder: string;
    readonly resolvePath: (path: string) => string;
    readonly now: Date;
  },
): FilePartitions {
  const { partitions, projection } = table;
  if (partitions.length === 0) return { folder, match: () => [] };
  if (projection === undefined) return listedPartitions(partitions, folder);
  const template =
    projection.template === undefined
      ? [folder, ...partitions.map((name) => `${name}=\${${name}}`)].join('/')
      : resolvePath(projection.template);
  return projectedPartitions(table, { template, now });
}
