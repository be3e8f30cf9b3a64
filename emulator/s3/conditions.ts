import type { IncomingHttpHeaders } from 'node:http';
import type { StoredObject } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { headerText } from './receive-body.js';

/** The error of a condition that does not hold. */
export function preconditionFailed(condition: string): ServiceError {
  return new ServiceError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
    { Condition: condition },
  );
}

/** The error for an object that is not there. */
export function noSuchKey(key: string): ServiceError {
  return new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
}

/**
 * Returns the check of a conditional write (`If-None-Match: *`, `If-Match: etag`) against what is there in the moment of
 * the write, or `undefined` where the write has no condition. The check throws `PreconditionFailed` or, for `If-Match`
 * on nothing, `NoSuchKey` (S3 User Guide, "Conditional requests"). `If-None-Match` with anything but `*` is
 * `NotImplemented`, as on S3.
 */
export function writeCondition(
  headers: IncomingHttpHeaders,
  key: string,
): ((current: StoredObject | undefined) => void) | undefined {
  const match = headerText(headers, 'if-match');
  const noneMatch = headerText(headers, 'if-none-match');
  if (match === undefined && noneMatch === undefined) {
    return undefined;
  }
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new ServiceError(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      501,
      { Header: 'If-None-Match' },
    );
  }
  return (current) => {
    if (noneMatch !== undefined && current !== undefined) {
      throw preconditionFailed('If-None-Match');
    }
    if (match !== undefined) {
      if (current === undefined) {
        throw noSuchKey(key);
      }
      if (!matchesEtag(match, current.etag)) {
        throw preconditionFailed('If-Match');
      }
    }
  };
}

/** Whether `If-Match` or `If-None-Match` names this etag; quotes may be left out. */
export function matchesEtag(condition: string, etag: string): boolean {
  return condition
    .split(',')
    .map((each) => each.trim())
    .some((each) => each === '*' || unquote(each) === unquote(etag));
}

function unquote(etag: string): string {
  return etag.replace(/^"|"$/g, '');
}

/** What the conditions of a read come to. */
export type ReadVerdict = 'read' | 'not-modified' | 'failed';

/**
 * Judges the conditions of a read of `object`: `If-Match` before `If-Unmodified-Since`, `If-None-Match` before
 * `If-Modified-Since` (S3 API Reference, GetObject). `prefix` is `x-amz-copy-source-` for the source of a copy.
 */
export function judgeRead(
  headers: IncomingHttpHeaders,
  object: StoredObject,
  prefix = '',
): ReadVerdict {
  const header = (name: string): string | undefined => headerText(headers, `${prefix}${name}`);
  /** HTTP dates have whole seconds. */
  const modified = Math.floor(object.lastModified.getTime() / 1000) * 1000;
  const match = header('if-match');
  const unmodifiedSince = header('if-unmodified-since');
  if (
    match !== undefined ? !matchesEtag(match, object.etag) : isBefore(unmodifiedSince, modified)
  ) {
    return 'failed';
  }
  const noneMatch = header('if-none-match');
  const modifiedSince = header('if-modified-since');
  const isOld =
    noneMatch !== undefined
      ? matchesEtag(noneMatch, object.etag)
      : modifiedSince !== undefined && !isBefore(modifiedSince, modified);
  return isOld ? 'not-modified' : 'read';
}

/** Whether an HTTP date is given and lies before `time`. */
function isBefore(date: string | undefined, time: number): boolean {
  return date !== undefined && Date.parse(date) < time;
}
