import { errorDiagnostic } from '../../../core/diagnostic.js';
import { LandingFailure, type LandingStore } from '../../../core/landing-store.js';
import { failure, success, type Result } from '../../../core/result.js';
import type { AwsApi } from '../client/api-call.js';
import { apiDiagnostic } from '../client/api-failure.js';
import { formatS3Location, parseS3Location, type S3Location } from '../client/s3-files.js';
import { objectExists, openObjectOutput } from './object-output.js';

/** The prefixes of a landing in S3, as `s3://bucket/prefix`. */
export interface S3LandingOptions {
  /** The location of the landing table. */
  readonly location: string;
  /** Where rejects go: outside `location`, because every object below that is read. */
  readonly rejects: string;
  /** The present time, for uploads that were left behind. */
  readonly now: () => Date;
  /** See `ObjectOutputOptions`. */
  readonly partBytes?: number;
}

/** An upload that old belongs to nobody: a landing that still ran would have added to it. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;

/** What `addressesOf` names; nothing else is ever aborted. */
const ownNames = /\/[0-9a-f]{64}\.(?:json|rejects\.jsonl)$/u;

function trimSlash(address: string): string {
  return address.replace(/\/+$/u, '');
}

/**
 * Returns the store of two prefixes in S3. Objects are named after the content they were made from and are never
 * replaced, so that landing the same content twice, or in two places at once, gives one object. Codes: `land-target-invalid`,
 * `land-folders-overlap`; its functions throw what `apiDiagnostic` gives.
 */
export function createS3LandingStore(api: AwsApi, options: S3LandingOptions): Result<LandingStore> {
  const [location, rejects] = [trimSlash(options.location), trimSlash(options.rejects)];
  const places = [location, rejects].map(parseS3Location);
  const [at, rejectsAt] = places;
  if (at === undefined || rejectsAt === undefined) {
    const wrong = at === undefined ? options.location : options.rejects;
    return failure([
      errorDiagnostic('land-target-invalid', `'${wrong}' is no address such as s3://bucket/prefix`),
    ]);
  }
  if (`${rejects}/`.startsWith(`${location}/`)) {
    return failure([
      errorDiagnostic(
        'land-folders-overlap',
        `the prefix for rejects, '${rejects}', lies in the landing location '${location}', where readers would take rejects for records`,
        { hint: 'choose a location that does not hold the data prefix of the target' },
      ),
    ]);
  }
  const below = ({ bucket, key }: S3Location, name: string): S3Location => ({
    bucket,
    key: key === '' ? name : `${key}/${name}`,
  });
  const outputAt = (digest: string): S3Location => below(at, `${digest}.json`);
  const rejectAt = (digest: string): S3Location => below(rejectsAt, `${digest}.rejects.jsonl`);
  const addressesOf = (digest: string) => ({
    output: formatS3Location(outputAt(digest)),
    rejects: formatS3Location(rejectAt(digest)),
  });
  const output = { ...(options.partBytes !== undefined && { partBytes: options.partBytes }) };

  return success({
    places: [location, rejects],
    prepare: () => abortAbandoned(api, at, options.now()),
    async find(digest) {
      if (!(await objectExists(api, outputAt(digest)))) return undefined;
      const addresses = addressesOf(digest);
      const hasRejects = await objectExists(api, rejectAt(digest));
      return { output: addresses.output, rejects: hasRejects ? addresses.rejects : null };
    },
    addressesOf,
    openOutput: (digest) =>
      openObjectOutput(api, outputAt(digest), { contentType: 'application/json', ...output }),
    openRejects: (digest) =>
      openObjectOutput(api, rejectAt(digest), { contentType: 'application/jsonl', ...output }),
  });
}

/**
 * Aborts uploads of ours that a killed process left: nobody sees them, but their parts are paid for. Without the right to
 * look for them the landing goes on; what it may not do it says itself. Throws `LandingFailure` if there is no such bucket.
 */
async function abortAbandoned(api: AwsApi, at: S3Location, now: Date): Promise<void> {
  const { bucket, key } = at;
  const subject = formatS3Location(at);
  const listed = await api.call(
    { service: 's3', operation: 'ListMultipartUploads', subject },
    (s3, http) =>
      s3.listMultipartUploads({ Bucket: bucket, Prefix: key === '' ? '' : `${key}/` }, http),
  );
  if (!listed.ok) {
    if (listed.error.kind === 'denied') return;
    throw new LandingFailure(apiDiagnostic(listed.error));
  }
  for (const { Key, UploadId, Initiated } of listed.value.Uploads ?? []) {
    if (Key === undefined || UploadId === undefined || Initiated === undefined) continue;
    const isOld = now.getTime() - Initiated.getTime() > abandonedAfterMs;
    if (!isOld || !ownNames.test(`/${Key}`)) continue;
    await api.call(
      { service: 's3', operation: 'AbortMultipartUpload', subject: `s3://${bucket}/${Key}` },
      (s3, http) => s3.abortMultipartUpload({ Bucket: bucket, Key, UploadId }, http),
    );
  }
}
