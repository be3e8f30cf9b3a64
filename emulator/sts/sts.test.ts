import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, startLocal, type Local } from '../testing/start-local.js';

let local: Local;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.close());

describe('STS', () => {
  test('says who a caller is', async () => {
    const identity = await new STSClient(local.client).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/local',
    });
  });

  test('gives credentials of a role, which then is the caller', async () => {
    const sts = new STSClient(local.client);
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::210987654321:role/path/builder',
        RoleSessionName: 'build',
      }),
    );
    const role = new STSClient({
      ...local.client,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now());
    expect(await role.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '210987654321',
      Arn: 'arn:aws:sts::210987654321:assumed-role/builder/build',
    });
    const invalid = new AssumeRoleCommand({ RoleArn: 'a'.repeat(20), RoleSessionName: 'build' });
    expect(await errorOf(sts.send(invalid))).toContain('is invalid');
  });
});
