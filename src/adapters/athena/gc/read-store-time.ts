import type { AwsApi, CallOptions } from '../client/api-call.js';
import type { ApiResult } from '../client/api-error.js';
import { formatS3Location, type S3Location } from '../client/s3-files.js';

/**
 * Returns the time by S3's clock, in milliseconds since 1970 UTC, from the header of an answer; `undefined` if it has none. Ages
 * of objects are counted by it: a clock of this machine that is ahead would make everything old.
 */
export async function readStoreTime(
  api: AwsApi,
  at: S3Location,
  options?: CallOptions,
): Promise<ApiResult<number | undefined>> {
  return api.call(
    { service: 's3', operation: 'ListObjectsV2', subject: formatS3Location(at) },
    async (s3, http) => {
      const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
      const command = new ListObjectsV2Command({ Bucket: at.bucket, Prefix: at.key, MaxKeys: 1 });
      let date: string | undefined;
      command.middlewareStack.add(
        (next) => async (args) => {
          const answer = await next(args);
          const { headers } = answer.response as {
            readonly headers?: Readonly<Record<string, string>>;
          };
          date = headers?.date;
          return answer;
        },
        { step: 'deserialize', name: 'readDateOfAnswer' },
      );
      await s3.send(command, http);
      const time = Date.parse(date ?? '');
      return Number.isNaN(time) ? undefined : time;
    },
    options,
  );
}
