import type { AthenaError, QueryExecution } from '@aws-sdk/client-athena';
import { describe, expect, it } from 'vitest';
import { cleanReason, findRepeatReason, queryFailure, readPosition } from './query-failure.js';

function failed(reason: string, error: AthenaError = {}): QueryExecution {
  return {
    QueryExecutionId: 'q-1',
    Status: { State: 'FAILED', StateChangeReason: reason, AthenaError: error },
  };
}

function error(type: number, category: number, retryable?: boolean): AthenaError {
  return {
    ErrorType: type,
    ErrorCategory: category,
    ...(retryable !== undefined && { Retryable: retryable }),
  };
}

describe('findRepeatReason', () => {
  it.each([
    ['an internal error', failed('GENERIC_INTERNAL_ERROR: x', error(9999, 1)), 'transient'],
    ['an engine error', failed('x', error(204, 1)), 'transient'],
    ['results that could not be written', failed('x', error(401, 1)), 'transient'],
    ['Glue throttled Athena', failed('Rate exceeded', error(1401, 2)), 'transient'],
    ['S3 throttled Athena', failed('SlowDown', error(1403, 1)), 'transient'],
    ['what Athena says may be repeated', failed('x', error(8, 1, true)), 'transient'],
    ['a commit conflict', failed('ICEBERG_COMMIT_ERROR: x', error(233, 2)), 'conflict'],
    ['another error of Iceberg', failed('ICEBERG_BAD_DATA: x', error(233, 2)), undefined],
    ['a typo', failed('COLUMN_NOT_FOUND: x', error(1006, 2)), undefined],
    ['a user error called retryable', failed('x', error(1006, 2, true)), undefined],
    ['exhausted resources', failed('x', error(4, 1)), undefined],
    ['a timeout', failed('Query timeout', error(206, 1)), undefined],
    ['too many versions of a table', failed('x', error(1402, 1)), undefined],
    ['a permission', failed('x', error(1500, 2)), undefined],
    ['no error details', failed('x'), undefined],
    ['a stopped query', { Status: { State: 'CANCELLED' as const } }, undefined],
  ])('%s', (_, execution, expected) => {
    expect(findRepeatReason(execution)).toBe(expected);
  });
});

describe('readPosition', () => {
  it.each([
    ["SYNTAX_ERROR: line 3:14: mismatched input 'form'", { line: 3, column: 14 }],
    ['line 12:1: x (line 2:2)', { line: 12, column: 1 }],
    ['GENERIC_INTERNAL_ERROR: no place', undefined],
    ['pipeline 3:14: x', undefined],
  ])('%s', (reason, expected) => {
    expect(readPosition(reason)).toEqual(expected);
  });
});

describe('cleanReason', () => {
  it.each([
    [
      "TABLE_NOT_FOUND: line 1:15: Table 'a.b.c' does not exist",
      "TABLE_NOT_FOUND: Table 'a.b.c' does not exist",
    ],
    [
      "HIVE_BAD_DATA: odd. If a data manifest file was generated at 's3://b/x-manifest.csv', you may need to manually clean the data from locations specified in the manifest. Athena will not delete data in your account.",
      'HIVE_BAD_DATA: odd.',
    ],
    [
      'SYNTAX_ERROR: odd\nThis query ran against the "lake" database, unless qualified by the query. Please post the error message on our forum or contact customer support with Query Id: 1',
      'SYNTAX_ERROR: odd',
    ],
  ])('%s', (reason, expected) => {
    expect(cleanReason(reason)).toBe(expected);
  });
});

describe('queryFailure', () => {
  it('tells the reason, the place, the query and the next step', () => {
    const reason = "COLUMN_NOT_FOUND: line 2:8: Column 'nope' cannot be resolved";
    expect(queryFailure(failed(reason, error(1006, 2)), 'select\n       nope')).toEqual({
      diagnostic: {
        code: 'engine-error',
        severity: 'error',
        message: "COLUMN_NOT_FOUND: Column 'nope' cannot be resolved (query q-1)",
        hint: "check the column's name, and in Lake Formation that you may see the column: Athena does not tell the two apart",
      },
      position: { line: 2, column: 8 },
      statement: 'select\n       nope',
      cancelled: false,
    });
  });

  it.each([
    [
      "TABLE_NOT_FOUND: line 1:15: Table 'x' does not exist",
      error(1110, 2),
      'engine-error',
      /ref\(/,
    ],
    [
      'HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers',
      error(9, 2),
      'engine-error',
      /partitions_limit/,
    ],
    [
      'ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit',
      error(233, 2),
      'engine-error',
      /partitions_limit/,
    ],
    ['ICEBERG_COMMIT_ERROR: Failed to commit', error(233, 2), 'engine-error', /other writers/],
    [
      'MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row',
      error(1001, 2),
      'engine-error',
      /unique_key/,
    ],
    [
      'NOT_SUPPORTED: Unsupported Hive type: uuid',
      error(1200, 2),
      'engine-error',
      /cast the column/,
    ],
    ['Query exhausted resources at this scale factor', error(4, 1), 'query-limit', /fewer columns/],
    [
      'EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit',
      error(3, 1),
      'query-limit',
      /fewer columns/,
    ],
    ['Query timeout', error(206, 1), 'query-limit', /timeout/],
    ['Rate exceeded (Service: Glue)', error(1401, 1), 'engine-throttled', /threads/],
    [
      'Number of TABLE_VERSION resources exceeds the account limit',
      error(1402, 1),
      'engine-error',
      /versions/,
    ],
    [
      'Access denied when writing output to url: s3://b/x',
      error(1500, 2),
      'access-denied',
      /iam-policy/,
    ],
    [
      'User: arn:aws:iam::1:user/x is not authorized to perform: glue:GetDatabase on resource: arn:aws:glue:eu-central-1:1:catalog because no identity-based policy allows the action',
      error(1500, 2),
      'access-denied',
      /^allow glue:GetDatabase on arn:aws:glue:eu-central-1:1:catalog;/,
    ],
    [
      'Insufficient Lake Formation permission(s): Required Select on orders',
      error(234, 2),
      'access-denied',
      /grant it in Lake Formation/,
    ],
    ['S3 path is not valid', error(1109, 2), 'workgroup-invalid', /s3_staging_dir/],
    ['GENERIC_INTERNAL_ERROR: null', error(9999, 1), 'engine-error', /support/],
    ['DIVISION_BY_ZERO: Division by zero', error(1001, 2), 'engine-error', /NULLIF/],
  ])('%s', (reason, details, code, hint) => {
    const { diagnostic } = queryFailure(failed(reason, details), 'select 1');
    expect(diagnostic.code).toBe(code);
    expect(diagnostic.hint).toMatch(hint);
  });

  it('says nothing of next steps that it does not know', () => {
    const { diagnostic } = queryFailure(failed('ODD: x', error(1050, 2)), 'select 1');
    expect(diagnostic).toEqual({
      code: 'engine-error',
      severity: 'error',
      message: 'ODD: x (query q-1)',
    });
  });

  it('tells who stopped a query that we did not stop', () => {
    const stopped = (reason: string): QueryExecution => ({
      QueryExecutionId: 'q-1',
      Status: { State: 'CANCELLED', StateChangeReason: reason },
    });
    const { diagnostic, cancelled } = queryFailure(stopped('Query cancelled by user'), 'select 1');
    expect(cancelled).toBe(false);
    expect(diagnostic).toMatchObject({
      code: 'engine-error',
      message: 'the query was stopped by somebody else: Query cancelled by user (query q-1)',
    });
    const limit = queryFailure(stopped('Bytes scanned limit was exceeded'), 'select 1');
    expect(limit.diagnostic).toMatchObject({ code: 'query-limit' });
    expect(limit.diagnostic.hint).toMatch(/workgroup's limit/);
  });
});
