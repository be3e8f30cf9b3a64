import type { Fault } from '../core/calls.js';

type Json = Readonly<Record<string, unknown>>;

/** How a batch call names its entries, and how it reports one that failed. */
interface BatchShape {
  readonly entries: string;
  readonly errors: string;
  readonly report: (entry: unknown, code: string, message: string) => object;
}

const detail = (code: string, message: string): object => ({
  ErrorDetail: { ErrorCode: code, ErrorMessage: message },
});

/** The entry under `key`, and its error beside it. */
const reportBeside =
  (key: string): BatchShape['report'] =>
  (entry, code, message) => ({
    [key]: entry,
    Error: { ErrorCode: code, ErrorMessage: message },
  });

const batchShapes: Readonly<Record<string, BatchShape>> = {
  BatchCreatePartition: {
    entries: 'PartitionInputList',
    errors: 'Errors',
    report: (entry, code, message) => ({
      PartitionValues: (entry as Json)['Values'],
      ...detail(code, message),
    }),
  },
  BatchDeletePartition: {
    entries: 'PartitionsToDelete',
    errors: 'Errors',
    report: (entry, code, message) => ({
      PartitionValues: (entry as Json)['Values'],
      ...detail(code, message),
    }),
  },
  BatchUpdatePartition: {
    entries: 'Entries',
    errors: 'Errors',
    report: (entry, code, message) => ({
      PartitionValueList: (entry as Json)['PartitionValueList'],
      ...detail(code, message),
    }),
  },
  BatchGetQueryExecution: {
    entries: 'QueryExecutionIds',
    errors: 'UnprocessedQueryExecutionIds',
    report: (entry, code, message) => ({
      QueryExecutionId: entry,
      ErrorCode: code,
      ErrorMessage: message,
    }),
  },
  BatchDeleteTable: {
    entries: 'TablesToDelete',
    errors: 'Errors',
    report: (entry, code, message) => ({ TableName: entry, ...detail(code, message) }),
  },
  BatchDeleteTableVersion: {
    entries: 'VersionIds',
    errors: 'Errors',
    report: (entry, code, message) => ({ VersionId: entry, ...detail(code, message) }),
  },
  BatchGrantPermissions: {
    entries: 'Entries',
    errors: 'Failures',
    report: reportBeside('RequestEntry'),
  },
  BatchRevokePermissions: {
    entries: 'Entries',
    errors: 'Failures',
    report: reportBeside('RequestEntry'),
  },
  AddLFTagsToResource: {
    entries: 'LFTags',
    errors: 'Failures',
    report: reportBeside('LFTag'),
  },
  RemoveLFTagsFromResource: {
    entries: 'LFTags',
    errors: 'Failures',
    report: reportBeside('LFTag'),
  },
};

/**
 * Takes out of a batch call the entries that a fault lets fail: `kept` is the call without them, `merge` adds their
 * errors to its answer. A call that is no batch, and one without such a fault, stays as it is. `kept` is `undefined` if
 * none of the entries is left: then there is nothing to do.
 */
export function splitFailedEntries(
  operation: string,
  input: Json,
  failEntries: Fault['failEntries'],
): { readonly kept: Json | undefined; readonly merge: (answer: object) => object } {
  const shape = batchShapes[operation];
  const entries: unknown = shape === undefined ? undefined : input[shape.entries];
  if (shape === undefined || failEntries === undefined || !Array.isArray(entries)) {
    return { kept: input, merge: (answer) => answer };
  }
  const fails = (_entry: unknown, index: number): boolean => failEntries.indexes.includes(index);
  const failures = entries
    .filter(fails)
    .map((entry) => shape.report(entry, failEntries.code, failEntries.message));
  const kept = entries.filter((entry, index) => !fails(entry, index)) as unknown[];
  return {
    kept:
      kept.length > 0 || failures.length === 0 ? { ...input, [shape.entries]: kept } : undefined,
    merge: (answer) => {
      const errors = (answer as Json)[shape.errors];
      const others: readonly unknown[] = Array.isArray(errors) ? errors : [];
      return { ...answer, [shape.errors]: [...others, ...failures] };
    },
  };
}
