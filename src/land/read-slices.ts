import type { SourceBytes } from '../core/landing-store.js';

/** Returns slices of at most `step` bytes of an open file, up to `to`; each is valid until the next is asked for. */
export async function* readSlices(
  handle: SourceBytes,
  { from = 0, to, step }: { readonly from?: number; readonly to: number; readonly step: number },
): AsyncGenerator<{ readonly bytes: Buffer; readonly offset: number }, void> {
  const buffer = Buffer.allocUnsafe(step);
  for (let offset = from; offset < to;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(step, to - offset), offset);
    if (bytesRead === 0) return;
    yield { bytes: buffer.subarray(0, bytesRead), offset };
    offset += bytesRead;
  }
}
