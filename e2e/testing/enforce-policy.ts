import type { Call, CallHook } from '../../emulator/core/calls.js';

/** A policy as `iam-policy` prints it: statements that allow, with their resources, some for prefixes alone. */
export interface Policy {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: { readonly StringLike?: { readonly 's3:prefix'?: readonly string[] } };
  }[];
}

/** One thing that a call needs to be allowed. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** Of a list: the prefix that is listed. */
  readonly prefix?: string;
}

const aws = 'arn:aws';
const place = 'eu-central-1:123456789012';

/** Permissions of S3 that are not called as the operations are (IAM, "Actions defined by Amazon S3"). */
const s3Permissions: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListMultipartUploads: 'ListBucketMultipartUploads',
};

function s3Needs({ operation, subject }: Call): readonly Need[] {
  const slash = subject.indexOf('/');
  const bucket = `${aws}:s3:::${subject.slice(0, slash)}`;
  const key = subject.slice(slash + 1);
  switch (operation) {
    case 'ListObjectsV2':
      return [{ action: 's3:ListBucket', resource: bucket, prefix: key }];
    case 'GetBucketLocation':
    case 'ListMultipartUploads':
      return [{ action: `s3:${s3Permissions[operation] ?? operation}`, resource: bucket }];
    case 'DeleteObjects':
      // The keys stand in the body; what was removed is compared by whoever needs it.
      return [{ action: 's3:DeleteObject', resource: `${bucket}/tables/` }];
    default:
      return [
        { action: `s3:${s3Permissions[operation] ?? operation}`, resource: `${bucket}/${key}` },
      ];
  }
}

/** Glue wants the right on the catalog, the database and each table (Glue Developer Guide, "Specifying AWS Glue resource ARNs"). */
function glueNeeds({ operation, subject }: Call): readonly Need[] {
  const action = `glue:${operation}`;
  const [, database, tables] = /^([^./]*)(?:\.([^/]*))?/u.exec(subject) ?? [];
  const glue = `${aws}:glue:${place}`;
  return [
    `${glue}:catalog`,
    ...(database === undefined || database === '' ? [] : [`${glue}:database/${database}`]),
    ...(tables?.split(',') ?? []).map((table) => `${glue}:table/${database}/${table}`),
  ].map((resource) => ({ action, resource }));
}

/** Returns what IAM would ask of a policy before it lets a call through. */
export function needsOf(call: Call): readonly Need[] {
  switch (call.service) {
    case 's3':
      return s3Needs(call);
    case 'glue':
      return glueNeeds(call);
    case 'athena':
      return [
        {
          action: `athena:${call.operation}`,
          resource: `${aws}:athena:${place}:workgroup/primary`,
        },
      ];
    case 'lakeformation':
      return [{ action: `lakeformation:${call.operation}`, resource: '*' }];
    case 'sts':
      // Everybody may ask who they are.
      return [];
  }
}

function isLike(pattern: string, text: string): boolean {
  const source = pattern.replace(/[\\^$.|?+()[\]{}]/gu, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'u').test(text);
}

/** Whether a policy allows what is needed. */
export function isAllowed({ Statement }: Policy, { action, resource, prefix }: Need): boolean {
  return Statement.some(
    ({ Action, Resource, Condition }) =>
      Action.includes(action) &&
      Resource.some((pattern) => isLike(pattern, resource)) &&
      (Condition?.StringLike?.['s3:prefix']?.some((pattern) => isLike(pattern, prefix ?? '')) ??
        true),
  );
}

/** Returns a hook that lets through what a policy allows, and what it saw. */
export function enforcePolicy(policy: Policy): {
  readonly hook: CallHook;
  readonly used: Set<string>;
  readonly denied: Need[];
} {
  const used = new Set<string>();
  const denied: Need[] = [];
  return {
    used,
    denied,
    hook: (call) => {
      for (const need of needsOf(call)) {
        used.add(need.action);
        if (isAllowed(policy, need)) continue;
        denied.push(need);
        const message = `User: arn:aws:iam::123456789012:user/local is not authorized to perform: ${need.action} on resource: ${need.resource}`;
        const code = call.service === 's3' ? 'AccessDenied' : 'AccessDeniedException';
        return { before: { status: call.service === 's3' ? 403 : 400, code, message } };
      }
      return undefined;
    },
  };
}
