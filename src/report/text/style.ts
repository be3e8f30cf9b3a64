/** Decorates text for a terminal; without colour every function returns its argument. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** The SGR parameters that turn a decoration on and off (ECMA-48). */
const decorations = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const satisfies Record<keyof Style, readonly [number, number]>;

function decorator(name: keyof Style, color: boolean): (text: string) => string {
  if (!color) return (text) => text;
  const [on, off] = decorations[name];
  return (text) => (text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`);
}

/** Returns the decorations to print with. */
export function createStyle(options: { readonly color: boolean }): Style {
  const { color } = options;
  return {
    bold: decorator('bold', color),
    dim: decorator('dim', color),
    red: decorator('red', color),
    green: decorator('green', color),
    yellow: decorator('yellow', color),
    cyan: decorator('cyan', color),
  };
}

/** What decides about colour. */
export interface ColorRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** `--no-color` was given. */
  readonly refused: boolean;
}

/**
 * Returns whether to colour a stream: `--no-color`, then `NO_COLOR` (https://no-color.org: set and not empty), then
 * `FORCE_COLOR` (`0` and `false` refuse), then `TERM=dumb`, then whether the stream is a terminal.
 */
export function wantsColor(request: ColorRequest): boolean {
  const { env, isTerminal, refused } = request;
  if (refused) return false;
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}
