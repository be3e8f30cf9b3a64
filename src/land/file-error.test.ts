import { existsSync, openSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WriteFailure } from './atomic-file.js';
import { describeWriteFailure } from './file-error.js';

function failureOf(act: () => void): WriteFailure {
  try {
    act();
  } catch (error) {
    return new WriteFailure('/out/x.json', error as NodeJS.ErrnoException);
  }
  throw new Error('the write did not fail');
}

describe('describeWriteFailure', () => {
  // The device that is always full exists on Linux only.
  it.skipIf(!existsSync('/dev/full'))('knows a full disk', () => {
    const failure = failureOf(() => writeSync(openSync('/dev/full', 'w'), 'x'));
    expect(describeWriteFailure(failure, 'x.json')).toMatchObject({
      code: 'disk-full',
      message: "no space is left to write 'x.json'",
    });
  });

  it('explains other refusals', () => {
    const failure = failureOf(() => openSync('/', 'w'));
    expect(describeWriteFailure(failure, 'x.json')).toMatchObject({
      code: 'write-failed',
      message: "could not write 'x.json': it is a folder",
    });
  });
});
