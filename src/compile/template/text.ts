/** White space as Python's `str.isspace` has it. */
const spaceClass =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const space = new RegExp(`[${spaceClass}]`);
const spaces = new RegExp(`[${spaceClass}]+`);
const surrogate = /[\ud800-\udfff]/;

/** Returns the characters (code points) of a text: what Python counts and indexes. */
export function charactersOf(text: string): readonly string[] {
  return surrogate.test(text) ? Array.from(text) : text.split('');
}

/** Returns Python's `len` of a text. */
export function lengthOf(text: string): number {
  return surrogate.test(text) ? Array.from(text).length : text.length;
}

/** Returns whether there is nothing but white space, and some: Python's `isspace`. */
export function isSpace(text: string): boolean {
  return text !== '' && charactersOf(text).every((character) => space.test(character));
}

/** Returns the words of a text, divided by white space: Python's `split()`. `limit` is the number of splits. */
export function splitWords(text: string, limit: number): string[] {
  const words: string[] = [];
  let rest = stripText(text, null, 'start');
  while (rest !== '') {
    const gap = limit >= 0 && words.length >= limit ? null : spaces.exec(rest);
    words.push(gap === null ? rest : rest.slice(0, gap.index));
    rest = gap === null ? '' : rest.slice(gap.index + gap[0].length);
  }
  return words;
}

/** Returns the text without leading or trailing characters of the set `characters`, or white space. */
export function stripText(
  text: string,
  characters: string | null,
  side: 'start' | 'end' | 'both',
): string {
  const set = characters === null ? null : new Set(Array.from(characters));
  const drops = (character: string): boolean =>
    set === null ? space.test(character) : set.has(character);
  let start = 0;
  let end = text.length;
  while (side !== 'end' && start < end) {
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
    if (!drops(character)) break;
    start += character.length;
  }
  while (side !== 'start' && end > start) {
    const isPair = end - start > 1 && (text.codePointAt(end - 2) ?? 0) > 0xffff;
    const before = isPair ? end - 2 : end - 1;
    if (!drops(text.slice(before, end))) break;
    end = before;
  }
  return text.slice(start, end);
}

/** Returns the lines of a text without their ends: Python's `splitlines`. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Returns the lines of a text with their ends: Python's `splitlines(True)`. */
export function splitLinesWithEnds(text: string): string[] {
  return (
    text.match(
      /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+/g,
    ) ?? []
  );
}

/** Returns the text with its first character in upper and the rest in lower case: Python's `capitalize`. */
export function capitalizeText(text: string): string {
  const [first = '', ...rest] = charactersOf(text);
  return toTitleCase(first) + rest.join('').toLowerCase();
}

/** The letters of two parts that have a third form, with only the first part in upper case. */
const titleForms = [
  ['ǅ', 'Ǆǆ'],
  ['ǈ', 'Ǉǉ'],
  ['ǋ', 'Ǌǌ'],
  ['ǲ', 'Ǳǳ'],
] as const;

/** Python's capital of a character: of `ß` it is `Ss`. */
function toTitleCase(character: string): string {
  const form = titleForms.find(
    ([title, others]) => title === character || others.includes(character),
  );
  if (form !== undefined && character !== '') return form[0];
  const [first = '', ...rest] = charactersOf(character.toUpperCase());
  return first + rest.join('').toLowerCase();
}

/** Returns the text in upper case, or lower case, as `islower` and `isupper` see it: there must be a cased letter. */
export function isCased(text: string, cased: 'upper' | 'lower'): boolean {
  const same = cased === 'upper' ? text.toUpperCase() : text.toLowerCase();
  return same === text && text.toUpperCase() !== text.toLowerCase();
}

/** Counts occurrences that do not overlap. */
export function countText(text: string, part: string): number {
  if (part === '') return lengthOf(text) + 1;
  return text.split(part).length - 1;
}

/** Replaces at most `count` occurrences (all if negative): Python's `replace`. */
export function replaceText(text: string, old: string, replacement: string, count: number): string {
  const parts = old === '' ? ['', ...charactersOf(text), ''] : text.split(old);
  if (count < 0 || count >= parts.length - 1) return parts.join(replacement);
  return [parts.slice(0, count + 1).join(replacement), ...parts.slice(count + 1)].join(old);
}

/** Returns the escape of a character beyond ASCII as Python's `ascii` writes it. */
export function asciiEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16)}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
