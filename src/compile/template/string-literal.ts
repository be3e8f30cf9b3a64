import { TemplateProblem } from './template-problem.js';

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Returns the value of a string literal's inside with Python's escapes, which Jinja2 uses: an escape that Python does
 * not know keeps its backslash (so that `'\d'` stays a regular expression).
 */
export function unescapeString(inside: string): string {
  if (!inside.includes('\\')) return inside;
  return inside.replace(
    /\\(?:([0-7]{1,3})|([xuU])([0-9a-fA-F]*)|([\s\S]))/g,
    (
      all,
      octal: string | undefined,
      hex: string | undefined,
      digits: string | undefined,
      other: string | undefined,
    ) => {
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      if (hex !== undefined) return unescapeHex(hex, digits ?? '');
      if (other === 'N') {
        throw new TemplateProblem(
          'template-unsupported',
          "the string escape '\\N{…}' is not supported",
          {
            hint: 'write the character itself, or its number as \\uXXXX',
          },
        );
      }
      return simpleEscapes[other ?? ''] ?? all;
    },
  );
}

function unescapeHex(kind: string, digits: string): string {
  const count = hexDigits[kind] ?? 0;
  const code = parseInt(digits.slice(0, count), 16);
  if (digits.length < count || code > 0x10ffff) {
    throw new TemplateProblem(
      'template-syntax',
      `the string escape '\\${kind}' must be followed by ${count} hexadecimal digits of a character`,
    );
  }
  return String.fromCodePoint(code) + digits.slice(count);
}
