const jinjaText = String.raw`(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^'"])*?`;
const jinja = String.raw`\{\{${jinjaText}\}\}|\{%${jinjaText}%\}`;

/** What stands in a template, so that what means nothing can be left out. Each alternative is one piece. */
const pieces = new RegExp(
  [
    // A set block's text goes into a variable as it stands.
    String.raw`(?<setBlock>\{%-?\s*set\s+\w+\s*-?%\}[^]*?\{%-?\s*endset\s*-?%\})`,
    String.raw`(?<raw>\{%-?\s*raw\s*-?%\}[^]*?\{%-?\s*endraw\s*-?%\})`,
    String.raw`(?<jinjaComment>\{#[^]*?#\})`,
    String.raw`(?<jinja>${jinja})`,
    String.raw`(?<lineComment>--[^\n]*)`,
    String.raw`(?<blockComment>/\*[^]*?\*/)`,
    // A quote inside of Jinja inside of a text does not end it.
    String.raw`(?<text>'(?:${jinja}|''|[^'{]|\{(?![{%]))*'|"(?:${jinja}|""|[^"{]|\{(?![{%]))*")`,
    // Where the text ends is not known.
    String.raw`(?<open>['"][^]*)`,
    String.raw`(?<space>\s+)`,
    String.raw`(?<other>[^])`,
  ].join('|'),
  'gu',
);

/** Inside of Jinja, what is no text. */
const jinjaPieces = /(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<space>\s+)|(?<other>[^])/gu;

/**
 * Returns a template without what makes no difference: comments of Jinja and SQL, and how much white space stands where.
 * White space in texts stays, and so does a SQL comment with Jinja in it, which is evaluated all the same. Two templates
 * with the same result do the same; what is reported as different may still be the same.
 */
export function normalizeTemplate(template: string): string {
  const parts: string[] = [];
  for (const { 0: piece, groups = {} } of template.matchAll(pieces)) {
    if (groups['jinjaComment'] !== undefined) continue;
    if (groups['space'] !== undefined) parts.push(' ');
    else if (groups['jinja'] !== undefined) parts.push(normalizeJinja(piece));
    else if (groups['lineComment'] !== undefined || groups['blockComment'] !== undefined) {
      // The end of the line ends the comment, and what is evaluated in it stays.
      parts.push(/\{[{%]/u.test(piece) ? `${collapse(piece)}\n` : ' ');
    } else parts.push(piece);
  }
  return collapseSpaces(parts).trim();
}

function normalizeJinja(piece: string): string {
  const parts = [...piece.matchAll(jinjaPieces)].map(({ 0: part, groups }) =>
    groups?.['space'] === undefined ? part : ' ',
  );
  // `{{x}}` is `{{ x }}`; the dashes of white space control stay.
  return parts
    .join('')
    .replace(/^(\{[{%]-?) ?/u, '$1 ')
    .replace(/ ?(-?[}%]\})$/u, ' $1');
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Joins the parts, with one space where several stand beside each other. */
function collapseSpaces(parts: readonly string[]): string {
  return parts.filter((part, index) => part !== ' ' || parts[index - 1] !== ' ').join('');
}
