import type { Redactor } from './redact.js';

/** The parts of a Node stream that an output needs. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * A stream to people or programs. Whatever is printed goes through one of these functions, so that no secret of the
 * environment is ever shown.
 */
export interface Output {
  /** Writes text as it is. */
  readonly write: (text: string) => void;
  /** Writes text and a line feed. */
  readonly writeLine: (text: string) => void;
  /** Writes a value as JSON on one line, or indented. */
  readonly writeJson: (value: unknown, options?: { readonly indent?: number }) => void;
  readonly color: boolean;
  readonly isTerminal: boolean;
  /** The size of the terminal now; `null` where there is none. */
  readonly size: () => { readonly columns: number; readonly rows: number } | null;
  readonly redact: Redactor;
}

/** Returns a terminal's size in one direction; one that says 0 does not know it. */
function knownSize(size: number | undefined, otherwise: number): number {
  return size === undefined || size < 1 ? otherwise : size;
}

/** Returns the output that writes to `stream`. */
export function createOutput(
  stream: OutputStream,
  options: { readonly color: boolean; readonly redact: Redactor },
): Output {
  const { color, redact } = options;
  const write = (text: string): void => void stream.write(redact.text(text));
  return {
    write,
    writeLine: (text) => write(`${text}\n`),
    writeJson: (value, { indent } = {}) => void stream.write(`${redact.json(value, indent)}\n`),
    color,
    isTerminal: stream.isTTY === true,
    size: () =>
      stream.isTTY === true
        ? { columns: knownSize(stream.columns, 80), rows: knownSize(stream.rows, 24) }
        : null,
    redact,
  };
}
