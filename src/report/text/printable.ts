// Control characters except tab and line feed, and the characters that reorder what follows them on the screen.
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '␡' : '�';
}

/**
 * Returns `text` with control characters as visible symbols (escape becomes `␛`), so that text from a pull request or a
 * data file cannot steer the terminal. Tabs and line feeds stay; a carriage return before a line feed goes.
 */
export function toPrintable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unprintable, visible);
}

/** Returns `text` on one line: as `toPrintable`, with line feeds and tabs as `↵` and `→`. */
export function toPrintableLine(text: string): string {
  return toPrintable(text).replaceAll('\n', '↵').replaceAll('\t', '→');
}
