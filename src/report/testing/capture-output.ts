import { createOutput, type Output, type OutputStream } from '../output.js';
import { createRedactor } from '../redact.js';

/** An output that keeps what was written, on a terminal of the given size or on none. */
export interface CapturedOutput extends Output {
  readonly text: () => string;
  readonly lines: () => readonly string[];
  /** The stream, whose size a test may change. */
  readonly stream: { columns?: number; rows?: number };
}

/** Returns an output that keeps what was written. */
export function captureOutput(
  options: {
    readonly columns?: number;
    readonly rows?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly color?: boolean;
  } = {},
): CapturedOutput {
  const { columns, rows = 24, env = {}, color = false } = options;
  const chunks: string[] = [];
  const stream: OutputStream & { columns?: number; rows?: number } = {
    write: (text) => chunks.push(text),
    ...(columns !== undefined && { isTTY: true, columns, rows }),
  };
  return {
    ...createOutput(stream, { color, redact: createRedactor(env) }),
    text: () => chunks.join(''),
    lines: () => chunks.join('').split('\n').slice(0, -1),
    stream,
  };
}
