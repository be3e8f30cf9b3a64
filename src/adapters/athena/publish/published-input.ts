import type { Column, Table, TableInput } from '@aws-sdk/client-glue';
import type { BuiltNode } from '../../../core/node.js';
import { toTableInput } from '../client/glue-tables.js';
import { isView, ownerMarkers, withoutMarkers, type Owner } from '../markers.js';
import { readModelConfig } from '../model-config.js';
import { isCtasProperty } from '../storage/create-table-as.js';

// Glue: a description has up to 2048 characters, a column's comment up to 255.
const longestDescription = 2048;
const longestComment = 255;

function shorten(text: string, length: number): string {
  const line = text.replace(/[\r\n\t]+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

function withComments(columns: readonly Column[] | undefined, model: BuiltNode): Column[] {
  const comments = new Map(
    model.columns.map(({ name, description }) => [name.toLowerCase(), description]),
  );
  return (columns ?? []).map((column) => {
    const comment = comments.get((column.Name ?? '').toLowerCase()) ?? '';
    return comment === '' ? column : { ...column, Comment: shorten(comment, longestComment) };
  });
}

/**
 * Returns what makes a published table of a staged one: its files or metadata, our marks, the model's descriptions (partition
 * columns too; without one, the description that the published table has) and its own properties. `before` is the table that has the published name now.
 */
export function publishedInput(
  staged: Table,
  {
    name,
    model,
    owner,
    before,
    isUnfinished = false,
  }: {
    /** The published name, lower case. */
    readonly name: string;
    readonly model: BuiltNode;
    readonly owner: Owner;
    readonly before: Table | undefined;
    /** Its partitions follow. */
    readonly isUnfinished?: boolean;
  },
): TableInput {
  const input: TableInput = { ...toTableInput(staged), Description: before?.Description };
  const { storage } = readModelConfig(model);
  const { relation: docs, columns: comments } = storage.persistDocs;
  const description = shorten(model.description, longestDescription);
  const isExternal = model.config.materialized === 'external_table';
  const previous = before?.Parameters?.metadata_location;
  const own = isView(staged)
    ? []
    : Object.entries(storage.tableProperties).filter(([key]) => !isCtasProperty(key, storage));
  return {
    ...input,
    Name: name,
    ...(docs && description !== '' && { Description: description }),
    ...(input.StorageDescriptor && {
      StorageDescriptor: {
        ...input.StorageDescriptor,
        Columns: comments
          ? withComments(input.StorageDescriptor.Columns, model)
          : input.StorageDescriptor.Columns,
      },
    }),
    ...(input.PartitionKeys && {
      PartitionKeys: comments ? withComments(input.PartitionKeys, model) : input.PartitionKeys,
    }),
    Parameters: {
      ...withoutMarkers(input.Parameters),
      ...(input.Parameters?.metadata_location !== undefined &&
        previous !== undefined && { previous_metadata_location: previous }),
      ...Object.fromEntries(own),
      ...ownerMarkers(owner, { external: isExternal, unfinished: isUnfinished }),
    },
  };
}
