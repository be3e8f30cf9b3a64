import { expect, test } from 'vitest';
import { checksumNames, createDigest, sumBytes } from './checksums.js';

/** The check values of the catalogue of CRC algorithms, and of the SHA standards' test tools, for `123456789`. */
const expected = {
  crc32: 'cbf43926',
  crc32c: 'e3069283',
  crc64nvme: 'ae8b14860a799888',
  sha1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
};

test.each(checksumNames)('%s, at once and in pieces', (name) => {
  const bytes = Buffer.from('123456789');
  const digest = createDigest(name);
  digest.update(bytes.subarray(0, 4));
  digest.update(bytes.subarray(4));
  const sums = [sumBytes(name, bytes), digest.finish()];
  expect(sums.map((sum) => Buffer.from(sum, 'base64').toString('hex'))).toEqual([
    expected[name],
    expected[name],
  ]);
});
