import crypto from 'node:crypto';

/** Older versions of Node 20 do not have the function that hashes a text in one call, three times as fast. */
const hashAtOnce = (
  crypto as { readonly hash?: (algorithm: string, data: string | Uint8Array) => string }
).hash;

/** Returns the sha256 of a text, hex. */
export function hashText(text: string): string {
  return hashAtOnce?.('sha256', text) ?? crypto.createHash('sha256').update(text).digest('hex');
}

/** Returns the sha256 of bytes, hex. */
export function hashBytes(bytes: Uint8Array): string {
  return hashAtOnce?.('sha256', bytes) ?? crypto.createHash('sha256').update(bytes).digest('hex');
}

/** Returns the sha256 of texts, hex; where one ends and the next begins counts. */
export function hashTexts(texts: readonly string[]): string {
  return hashText(texts.map((text) => `${text.length}:${text}`).join(''));
}

/** Returns the md5 of a text, hex: for names that dbt makes of it, and for nothing that must be safe. */
export function md5OfText(text: string): string {
  return hashAtOnce?.('md5', text) ?? crypto.createHash('md5').update(text).digest('hex');
}
