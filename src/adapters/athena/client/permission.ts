import type { ApiError } from './api-error.js';

/** Permissions of S3 that are not called as the operation is (IAM, "Actions defined by Amazon S3"). */
const s3Permissions: Readonly<Record<string, string>> = {
  ListObjectsV2: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
  HeadObject: 's3:GetObject',
  DeleteObjects: 's3:DeleteObject',
  CopyObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
};

/** A permission that AWS named, and what for. */
export interface MissingPermission {
  readonly action: string;
  readonly resource: string | undefined;
}

/** Returns the permission that a message of AWS names: "… is not authorized to perform: glue:GetTable on resource: arn…". */
export function readMissingPermission(message: string): MissingPermission | undefined {
  const [, action, resource] =
    /not authorized to perform:? ([\w-]+:\w+)(?: on (?:the )?resource:? ([^\s,;)]+))?/i.exec(
      message,
    ) ?? [];
  if (action === undefined) return undefined;
  return { action, resource: resource?.replace(/^["']|["'.]+$/g, '') };
}

/** Returns the next step for a permission that is missing. */
export function hintForPermission({ action, resource }: MissingPermission): string {
  const where = resource === undefined ? '' : ` on ${resource}`;
  return `allow ${action}${where}; 'stedi-sql iam-policy' prints the policy that this project needs`;
}

/** Lake Formation decides besides IAM, and speaks in its own words. */
export function hintForLakeFormation(message: string): string | undefined {
  return /lake ?formation/i.test(message)
    ? 'grant it in Lake Formation, to the user or role of the message, on the table and its database'
    : undefined;
}

/** Returns what to say of a call that AWS does not allow: the permission as AWS names it, or else the call's own. */
export function describeDenial(error: ApiError): {
  readonly message: string;
  readonly hint: string;
} {
  const named = readMissingPermission(error.message);
  const own =
    error.service === 's3'
      ? (s3Permissions[error.operation] ?? `s3:${error.operation}`)
      : `${error.service}:${error.operation}`;
  const missing = named ?? {
    action: own,
    resource: error.subject === '' ? undefined : error.subject,
  };
  return {
    message: `${missing.action} is not allowed${missing.resource === undefined ? '' : ` on ${missing.resource}`}: ${error.message}`,
    hint: hintForLakeFormation(error.message) ?? hintForPermission(missing),
  };
}
