import { describe, expect, it } from 'vitest';
import type { ApiError } from './api-error.js';
import { apiDiagnostic, apiFailure, toEngineResult } from './api-failure.js';

function apiError(part: Partial<ApiError>): ApiError {
  return {
    service: 'glue',
    operation: 'GetTable',
    subject: 'lake.orders',
    kind: 'refused',
    code: 'InvalidInputException',
    message: 'odd',
    mayHaveHappened: false,
    attempts: 1,
    ...part,
  };
}

describe('apiDiagnostic', () => {
  it.each<[string, Partial<ApiError>, object]>([
    [
      'throttled for too long',
      { kind: 'throttled', code: 'ThrottlingException', message: 'Rate exceeded', attempts: 24 },
      {
        code: 'engine-throttled',
        message:
          'Glue GetTable (lake.orders) was throttled for too long after 24 tries: Rate exceeded',
      },
    ],
    [
      'unreachable',
      { kind: 'unreachable', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED', attempts: 3 },
      {
        code: 'engine-unreachable',
        message:
          'Glue GetTable (lake.orders) could not be completed after 3 tries: connect ECONNREFUSED',
        hint: "check the network, and 'region' and 'endpoint' of the target",
      },
    ],
    [
      'failing',
      { kind: 'transient', code: 'InternalServiceException', mayHaveHappened: true, attempts: 9 },
      { code: 'engine-unreachable', hint: expect.stringContaining('is not known') as string },
    ],
    [
      'without credentials',
      {
        kind: 'credentials',
        code: 'CredentialsProviderError',
        message: 'Could not load credentials from any providers',
      },
      {
        code: 'credentials-missing',
        message:
          'AWS credentials were expected, and none that work were found: Could not load credentials from any providers',
        hint: expect.stringContaining('aws sso login') as string,
      },
    ],
    [
      'with a wrong key',
      { kind: 'credentials', code: 'UnrecognizedClientException', message: 'invalid token' },
      { code: 'credentials-missing', hint: expect.stringContaining('AWS_SESSION_TOKEN') as string },
    ],
    [
      'with expired credentials',
      { kind: 'expired', code: 'ExpiredTokenException', message: 'The security token expired' },
      {
        code: 'credentials-expired',
        hint: expect.stringContaining('what was published stays as it was') as string,
      },
    ],
    [
      'denied, by name',
      {
        kind: 'denied',
        message:
          'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: glue:UpdateTable on resource: arn:aws:glue:eu-central-1:1:table/lake/orders because no identity-based policy allows the glue:UpdateTable action',
      },
      {
        code: 'access-denied',
        message: expect.stringMatching(
          /^glue:UpdateTable is not allowed on arn:aws:glue:eu-central-1:1:table\/lake\/orders: User: /,
        ) as string,
        hint: "allow glue:UpdateTable on arn:aws:glue:eu-central-1:1:table/lake/orders; 'stedi-sql iam-policy' prints the policy that this project needs",
      },
    ],
    [
      'denied, without a name',
      {
        service: 's3',
        operation: 'ListObjectsV2',
        subject: 's3://lake/runs/',
        kind: 'denied',
        message: 'Access Denied',
      },
      {
        code: 'access-denied',
        message: 's3:ListBucket is not allowed on s3://lake/runs/: Access Denied',
      },
    ],
    [
      'denied by Lake Formation',
      {
        kind: 'denied',
        message: 'Insufficient Lake Formation permission(s): Required Alter on orders',
      },
      { code: 'access-denied', hint: expect.stringContaining('in Lake Formation') as string },
    ],
    [
      'in a disabled workgroup',
      {
        service: 'athena',
        operation: 'StartQueryExecution',
        subject: 'select 1',
        message: 'WorkGroup team is disabled.',
      },
      { code: 'workgroup-invalid', message: 'WorkGroup team is disabled.' },
    ],
    [
      'in a workgroup that is not there',
      { service: 'athena', message: 'WorkGroup nope is not found.' },
      { code: 'workgroup-invalid', hint: expect.stringContaining("'work_group'") as string },
    ],
    [
      'without a place for results',
      {
        service: 'athena',
        message:
          'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
      },
      { code: 'workgroup-invalid', hint: expect.stringContaining("'s3_staging_dir'") as string },
    ],
    [
      'refused',
      {},
      { code: 'engine-error', message: 'Glue GetTable (lake.orders) was refused: odd' },
    ],
    [
      'in another region',
      { service: 's3', code: 'PermanentRedirect' },
      { code: 'engine-error', hint: expect.stringContaining('another region') as string },
    ],
  ])('%s', (_, part, expected) => {
    expect(apiDiagnostic(apiError(part))).toMatchObject(expected);
  });

  it('shows the beginning of a long statement only', () => {
    const subject = `select\n  ${'x, '.repeat(200)}`;
    const { message } = apiDiagnostic(apiError({ subject }));
    expect(message.length).toBeLessThan(150);
  });
});

describe('the outcome of a call as that of a step', () => {
  it('tells what was stopped by us', () => {
    const failure = apiFailure(apiError({ kind: 'cancelled' }), 'select 1');
    expect(failure).toMatchObject({ cancelled: true, statement: 'select 1' });
    expect(toEngineResult({ ok: false, error: apiError({}) })).toMatchObject({
      ok: false,
      failure: { cancelled: false },
    });
    expect(toEngineResult({ ok: true, value: 1 })).toEqual({ ok: true, value: 1 });
  });
});
