import { errorDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import type { Check } from '../../../core/operations.js';
import type { AwsApi } from '../client/api-call.js';
import type { ApiError } from '../client/api-error.js';
import { apiDiagnostic } from '../client/api-failure.js';
import { formatS3Location, parseS3Location, type S3Location } from '../client/s3-files.js';

/** Returns a check that failed with a call. */
export function failedCheck(subject: string, finding: string, error: ApiError): Check {
  return { subject, finding, diagnostics: [apiDiagnostic(error)] };
}

/** A prefix, and what for. */
export interface CheckedPrefix {
  readonly subject: string;
  /** `s3://bucket/prefix`. */
  readonly address: string;
  /** Where the bucket must be; `undefined` if that means nothing, at an address of one's own. */
  readonly region: string | undefined;
}

/** Buckets of us-east-1 have no region, and very old ones `EU` (Amazon S3 API, "GetBucketLocation"). */
function toRegion(constraint: string | undefined): string {
  if (constraint === undefined || constraint === '') return 'us-east-1';
  return constraint === 'EU' ? 'eu-west-1' : constraint;
}

/** Returns what is wrong with where a bucket is. */
async function checkRegion(
  api: AwsApi,
  { bucket }: S3Location,
  region: string | undefined,
): Promise<readonly Diagnostic[]> {
  const located = await api.call(
    { service: 's3', operation: 'GetBucketLocation', subject: `s3://${bucket}` },
    (s3, http) => s3.getBucketLocation({ Bucket: bucket }, http),
  );
  if (!located.ok) {
    const { error } = located;
    if (error.code !== 'NoSuchBucket') return [apiDiagnostic(error)];
    return [
      errorDiagnostic('connection-failed', `the bucket '${bucket}' does not exist`, {
        hint: `create it${region === undefined ? '' : ` in ${region}`}, or name another one in the target`,
      }),
    ];
  }
  const actual = toRegion(located.value.LocationConstraint);
  if (region === undefined || actual === region) return [];
  return [
    errorDiagnostic(
      'connection-failed',
      `the bucket '${bucket}' is in ${actual}, and the target's region is ${region}`,
      { hint: 'Athena writes to buckets of its own region; use a bucket there, or set `region:`' },
    ),
  ];
}

/** Returns whether a prefix can be listed, which is what reading its files begins with. */
export async function checkReadablePrefix(
  api: AwsApi,
  { subject, address, region }: CheckedPrefix,
): Promise<Check> {
  const at = parseS3Location(address);
  if (at === undefined) return { subject, finding: address, diagnostics: [] };
  const diagnostics = await checkRegion(api, at, region);
  if (diagnostics.length > 0) return { subject, finding: address, diagnostics };
  const prefix = at.key === '' || at.key.endsWith('/') ? at.key : `${at.key}/`;
  const listed = await api.call(
    { service: 's3', operation: 'ListObjectsV2', subject: address },
    (s3, http) => s3.listObjectsV2({ Bucket: at.bucket, Prefix: prefix, MaxKeys: 1 }, http),
  );
  if (!listed.ok) return failedCheck(subject, address, listed.error);
  const isEmpty = (listed.value.Contents ?? []).length === 0;
  return {
    subject,
    finding: `${address}, ${isEmpty ? 'empty so far' : 'readable'}`,
    diagnostics: [],
  };
}

/** Returns whether an object can be put below a prefix and removed again; `name` is a new one, whose object is gone afterwards. */
export async function checkWritablePrefix(
  api: AwsApi,
  { subject, address, region, name }: CheckedPrefix & { readonly name: string },
): Promise<Check> {
  const at = parseS3Location(address);
  if (at === undefined) return { subject, finding: address, diagnostics: [] };
  const diagnostics = await checkRegion(api, at, region);
  if (diagnostics.length > 0) return { subject, finding: address, diagnostics };
  const object = { Bucket: at.bucket, Key: `${at.key}${name}` };
  const place = formatS3Location({ bucket: object.Bucket, key: object.Key });
  const put = await api.call(
    { service: 's3', operation: 'PutObject', subject: place },
    (s3, http) => s3.putObject({ ...object, Body: 'stedi-sql debug\n' }, http),
  );
  if (!put.ok) return failedCheck(subject, address, put.error);
  const removed = await api.call(
    { service: 's3', operation: 'DeleteObject', subject: place },
    (s3, http) => s3.deleteObject(object, http),
  );
  if (!removed.ok) return failedCheck(subject, address, removed.error);
  return { subject, finding: `${address}, writable`, diagnostics: [] };
}
