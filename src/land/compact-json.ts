/**
 * Removes white space between tokens from `bytes`, in place, and returns the new length. `bytes` hold valid JSON; the
 * bytes of strings, numbers and literals stay as they are.
 */
export function compactJson(bytes: Buffer): number {
  let length = 0;
  let isString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    if (isString) {
      bytes[length] = byte;
      length += 1;
      if (byte === 0x5c) {
        index += 1;
        bytes[length] = bytes[index] as number;
        length += 1;
      } else if (byte === 0x22) isString = false;
    } else if (byte > 0x20) {
      bytes[length] = byte;
      length += 1;
      if (byte === 0x22) isString = true;
    }
  }
  return length;
}
