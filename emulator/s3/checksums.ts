import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksums of S3, as the end of `x-amz-checksum-…` names them. */
export const checksumNames = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumName = (typeof checksumNames)[number];

/** Sums up bytes as they come. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** The sum in base64, as S3 spells it. */
  finish(): string;
}

/** Returns the name for what `x-amz-checksum-algorithm` says (`CRC32C`), or `undefined` for what S3 does not know. */
export function findChecksum(algorithm: string): ChecksumName | undefined {
  return checksumNames.find((name) => name === algorithm.toLowerCase());
}

/** Returns the digest of that checksum. */
export function createDigest(name: ChecksumName | 'md5'): Digest {
  switch (name) {
    case 'crc32': {
      let sum = 0;
      return {
        update: (bytes) => {
          sum = crc32(bytes, sum);
        },
        finish: () => toBase64(sum),
      };
    }
    case 'crc32c':
      return createCrc32c();
    case 'crc64nvme':
      return createCrc64();
    case 'sha1':
    case 'sha256':
    case 'md5': {
      const hash = createHash(name);
      return { update: (bytes) => void hash.update(bytes), finish: () => hash.digest('base64') };
    }
  }
}

/** Returns the sum of all bytes at once, in base64. */
export function sumBytes(name: ChecksumName | 'md5', bytes: Uint8Array): string {
  const digest = createDigest(name);
  digest.update(bytes);
  return digest.finish();
}

function toBase64(...words: readonly number[]): string {
  const buffer = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => buffer.writeUInt32BE(word >>> 0, index * 4));
  return buffer.toString('base64');
}

/** Castagnoli's polynomial, bits reversed. */
const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  }
  return value >>> 0;
});

function createCrc32c(): Digest {
  let sum = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) {
        sum = (crc32cTable[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
      }
    },
    finish: () => toBase64(~sum),
  };
}

/** The NVM Express polynomial, bits reversed, in halves: JavaScript has no fast 64-bit numbers. */
const crc64Tables = ((): { readonly high: Uint32Array; readonly low: Uint32Array } => {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    }
    high[index] = Number(value >> 32n);
    low[index] = Number(value & 0xffffffffn);
  }
  return { high, low };
})();

function createCrc64(): Digest {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (crc64Tables.low[index] ?? 0);
        high = (high >>> 8) ^ (crc64Tables.high[index] ?? 0);
      }
    },
    finish: () => toBase64(~high, ~low),
  };
}
