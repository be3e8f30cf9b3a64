/** A piece of SQL between spaces and comments. */
export interface Word {
  readonly kind: 'name' | 'quoted-name' | 'text' | 'number' | 'symbol';
  /** As written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const patterns: readonly (readonly [Word['kind'] | 'space', RegExp])[] = [
  ['space', /(?:\s+|--[^\n]*|\/\*.*?\*\/)+/sy],
  ['text', /'(?:[^']|'')*'/y],
  ['quoted-name', /"(?:[^"]|"")*"|`(?:[^`]|``)*`/y],
  // Digits that run into letters are no number but a word that no grammar takes (`123e4567` is a number, `12ab` is not).
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w])/y],
  ['name', /[\p{L}\p{N}_$@]+/uy],
  ['symbol', /<>|!=|>=|<=|\|\||->|=>|./sy],
];

/** Returns the words of a statement; `undefined` if a text or a quoted name does not end. */
export function wordsOf(sql: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let start = 0;
  while (start < sql.length) {
    const found = matchAt(sql, start);
    if (found === undefined) return undefined;
    const [kind, text] = found;
    const end = start + text.length;
    if (kind === 'symbol' && /['"`]/.test(text)) return undefined;
    if (kind !== 'space') words.push({ kind, text, start, end });
    start = end;
  }
  return words;
}

function matchAt(
  sql: string,
  start: number,
): readonly [Word['kind'] | 'space', string] | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return [kind, text];
  }
  return undefined;
}

/** Returns whether the word is this keyword. */
export function isKeyword(word: Word | undefined, keyword: string): boolean {
  return word?.kind === 'name' && word.text.toUpperCase() === keyword;
}

/** Returns the name that a word stands for: quotes taken off, and others in lower case. */
export function nameOf(word: Word): string {
  if (word.kind !== 'quoted-name') return word.text.toLowerCase();
  const quote = word.text.charAt(0);
  return word.text.slice(1, -1).replaceAll(quote + quote, quote);
}
