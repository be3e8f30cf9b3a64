import { accountId } from '../core/account.js';
import { ServiceError } from '../core/service.js';
import { writeXml, type XmlElements } from '../s3/xml.js';

/** The Security Token Service: who a caller is, and roles to take on. */
export interface StsService {
  /** Throws `ServiceError`. */
  handle(
    operation: string,
    parameters: URLSearchParams,
    accessKey: string,
    requestId: string,
  ): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }>;
}

interface Identity {
  readonly arn: string;
  readonly userId: string;
}

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** Returns STS for one account: every access key is the user `local`, those that AssumeRole gave are their role. */
export function createStsService(): StsService {
  const issued = new Map<string, Identity>();

  function assumeRole(parameters: URLSearchParams): XmlElements {
    const role = parameters.get('RoleArn') ?? '';
    const session = parameters.get('RoleSessionName') ?? '';
    const match = /^arn:aws:iam::(\d{12}):role\/(?:.+\/)?([\w+=,.@-]+)$/.exec(role);
    if (match?.[1] === undefined || match[2] === undefined || !/^[\w+=,.@-]{2,64}$/.test(session)) {
      throw new ServiceError('ValidationError', `${role} is invalid`);
    }
    const number = String(issued.size + 1).padStart(12, '0');
    const accessKey = `ASIALOCAL${number}`;
    const identity = {
      arn: `arn:aws:sts::${match[1]}:assumed-role/${match[2]}/${session}`,
      userId: `AROALOCAL${number}:${session}`,
    };
    issued.set(accessKey, identity);
    const seconds = Number(parameters.get('DurationSeconds') ?? 3600);
    return {
      Credentials: {
        AccessKeyId: accessKey,
        SecretAccessKey: 'local',
        SessionToken: `local-session-${number}`,
        Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
      },
      AssumedRoleUser: { Arn: identity.arn, AssumedRoleId: identity.userId },
    };
  }

  function act(operation: string, parameters: URLSearchParams, accessKey: string): XmlElements {
    switch (operation) {
      case 'GetCallerIdentity': {
        const local = { arn: `arn:aws:iam::${accountId}:user/local`, userId: 'AIDALOCAL' };
        const { arn, userId } = issued.get(accessKey) ?? local;
        return { Arn: arn, UserId: userId, Account: arn.split(':')[4] ?? accountId };
      }
      case 'AssumeRole':
        return assumeRole(parameters);
      default:
        throw new ServiceError(
          'InvalidAction',
          `Could not find operation ${operation} for version 2011-06-15`,
        );
    }
  }

  return {
    handle: (operation, parameters, accessKey, requestId) =>
      new Promise((resolve) => {
        const result = act(operation, parameters, accessKey);
        resolve({
          status: 200,
          headers: { 'content-type': 'text/xml' },
          body: writeXml(
            `${operation}Response`,
            { [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } },
            namespace,
          ),
        });
      }),
  };
}
