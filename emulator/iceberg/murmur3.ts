function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mixKey(key: number): number {
  return Math.imul(rotateLeft(Math.imul(key, 0xcc9e2d51), 15), 0x1b873593);
}

/**
 * Returns the 32-bit Murmur3 hash (x86 variant, seed 0) as a signed number: what Iceberg's bucket transform is built on
 * (specification, appendix B).
 */
export function murmur3(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let offset = 0; offset < whole; offset += 4) {
    hash = rotateLeft(hash ^ mixKey(view.getInt32(offset, true)), 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let offset = bytes.length - 1; offset >= whole; offset -= 1) {
    tail = (tail << 8) | (bytes[offset] ?? 0);
  }
  if (whole < bytes.length) hash ^= mixKey(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
