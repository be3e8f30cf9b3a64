import type { DiagnosticCode } from '../core/diagnostic-codes.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { LandingFailure, type SourceBytes } from '../core/landing-store.js';
import { describeReadFailure } from './file-error.js';
import { readSource } from './read-source.js';
import type { SourcePiece } from './source-piece.js';
import { createRecordScanner, type RecordSink } from './scan-records.js';

/** Raised where a source cannot be used as a whole. */
export class SourceRefused extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

/** Returns the refusal of a source, as an error to throw. `source` is the path to print. */
export function refuseSource(
  code: DiagnosticCode,
  source: string,
  { reason, hint }: { readonly reason: string; readonly hint: string },
): SourceRefused {
  const location = { path: source };
  return new SourceRefused(
    errorDiagnostic(code, `could not read '${source}': ${reason}`, { location, hint }),
  );
}

/**
 * Returns what an exception that came while a source was read means: its refusal, or `land-input-unreadable` for a system
 * error. Anything else is a bug and is thrown on.
 */
export function describeSourceError(error: unknown, source: string): Diagnostic {
  if (error instanceof SourceRefused || error instanceof LandingFailure) return error.diagnostic;
  if (error instanceof Error && 'syscall' in error) {
    return describeReadFailure(error as NodeJS.ErrnoException, source);
  }
  throw error;
}

/** Receives what is found in a source. */
export interface SourceSink extends RecordSink {
  damage(damage: Extract<SourcePiece, { kind: 'damage' }>): void;
  /** Bytes of the file that were read so far; called after what they held was handed over. */
  read(bytesRead: number): void;
  /** Returns a promise if reading must wait until the sink can take more. */
  drain?(): Promise<void> | undefined;
}

/**
 * Hands all records of the first `size` bytes of an open file to `sink`. Returns false if `signal` stopped it.
 * Throws `SourceRefused` (`land-input-unreadable` for files that hold no JSON text, `land-input-damaged` for compressed
 * data that cannot be trusted), the system's error if the file cannot be read, and what the sink throws.
 */
export async function scanSource(
  handle: SourceBytes,
  options: {
    readonly size: number;
    /** The path to print. */
    readonly source: string;
    readonly signal: AbortSignal;
    readonly sink: SourceSink;
  },
): Promise<boolean> {
  const { size, source, signal, sink } = options;
  const scanner = createRecordScanner(sink);
  for await (const piece of readSource(handle, size)) {
    if (signal.aborted) return false;
    switch (piece.kind) {
      case 'data':
        scanner.push(piece.bytes);
        sink.read(piece.bytesRead);
        break;
      case 'damage':
        sink.damage(piece);
        break;
      case 'foreign':
        throw refuseSource('land-input-unreadable', source, {
          reason: `it is ${piece.format}, not JSON`,
          hint: piece.hint,
        });
      case 'corrupt':
        throw refuseSource('land-input-damaged', source, {
          reason: piece.reason,
          hint: 'fetch the file again; its content may be wrong, so none of it is landed',
        });
    }
    // Awaited only where there is something to wait for.
    const room = sink.drain?.();
    if (room !== undefined) await room;
  }
  scanner.end();
  return true;
}
