/** A regular expression of Trino (Java's syntax) in the syntax of RE2, which DuckDB has, and what matters about it. */
export interface RegexpPattern {
  readonly re2: string;
  readonly groups: readonly RegexpGroup[];
  /** It may match the empty text; where engines look on after that differs. */
  readonly canBeEmpty: boolean;
  /** It has a `$` outside `(?m)`, which in Java also matches before a line end at the very end. */
  readonly hasEnd: boolean;
  /** RE2's class of characters beyond ASCII over which the engines differ: a text that has one of them would match otherwise. */
  readonly differsOver?: string;
}

/** A capturing group. Numbers count from 1. */
export interface RegexpGroup {
  readonly name?: string;
  /** It takes part in every match; otherwise its text may be NULL. */
  readonly always: boolean;
  readonly canBeEmpty: boolean;
}

/** Why a pattern cannot be translated. */
export interface RegexpRefusal {
  readonly refused: string;
}

class Refused extends Error {}

/** Letters, marks, digits and connectors: between these is no `\b` in Java's syntax by Joni, where RE2 knows those of ASCII. */
const wordCharacters = String.raw`\p{L}\p{M}\p{N}\p{Pc}`;
/** Characters that are several when case does not matter, in Joni: `(?i)ss` finds ß. */
const folded: readonly (readonly [RegExp, string])[] = [
  [/ss/i, 'ß'],
  [/f[fil]|st/i, '\uFB00-\uFB06'],
];
/** Such characters in the pattern itself. */
const foldedLetters = /[ßẞİŉǰΐΰևẖ-ẚὐ-ῼﬀ-ﬗʼʾ\u0300-\u036F]/;

/** Java's `\s` has the vertical tab, RE2's has not. */
const spaces = String.raw`\t\n\x0B\f\r `;
const classEscapes = new Map([
  ['d', String.raw`\d`],
  ['w', String.raw`\w`],
  ['s', spaces],
]);
/** Unicode classes that both engines have by this name. */
const unicodeClass =
  /^\{(?:L|Lu|Ll|Lt|Lm|Lo|N|Nd|M|P|S|Z|Zs|Latin|Greek|Cyrillic|Han|Hiragana|Katakana|Arabic|Hebrew|Thai|Hangul)\}/;
const controlEscapes = new Set(['t', 'n', 'r', 'f']);

interface Piece {
  readonly re2: string;
  readonly canBeEmpty: boolean;
}

/** Reads a pattern once, from left to right. */
class PatternReader {
  private at = 0;
  private optionalDepth = 0;
  private multiline = false;
  readonly groups: { name?: string; always: boolean; canBeEmpty: boolean }[] = [];
  hasEnd = false;
  hasBoundary = false;
  ignoresCase = false;

  constructor(
    private readonly text: string,
    private readonly end: string,
  ) {}

  readAll(): Piece {
    const flags = /^\(\?([ims]+)\)/.exec(this.text);
    if (flags !== null) {
      this.at = flags[0].length;
      this.multiline = (flags[1] ?? '').includes('m');
      this.ignoresCase = (flags[1] ?? '').includes('i');
    }
    const piece = this.readAlternatives();
    if (this.at < this.text.length) throw new Refused('an unmatched )');
    return { re2: (flags?.[0] ?? '') + piece.re2, canBeEmpty: piece.canBeEmpty };
  }

  private peek(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  private take(text: string): boolean {
    if (!this.peek(text)) return false;
    this.at += text.length;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.text.slice(this.at))?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private readAlternatives(): Piece {
    const firstGroup = this.groups.length;
    const alternatives = [this.readSequence()];
    while (this.take('|')) alternatives.push(this.readSequence());
    if (alternatives.length > 1) {
      for (const group of this.groups.slice(firstGroup)) group.always = false;
    }
    return {
      re2: alternatives.map((piece) => piece.re2).join('|'),
      canBeEmpty: alternatives.some((piece) => piece.canBeEmpty),
    };
  }

  private readSequence(): Piece {
    const pieces: Piece[] = [];
    while (this.at < this.text.length && !this.peek('|') && !this.peek(')')) {
      pieces.push(this.readQuantified());
    }
    return {
      re2: pieces.map((piece) => piece.re2).join(''),
      canBeEmpty: pieces.every((piece) => piece.canBeEmpty),
    };
  }

  private readQuantified(): Piece {
    const firstGroup = this.groups.length;
    const piece = this.readAtom();
    const quantifier = this.match(/^(?:[*+?]|\{\d+(?:,\d*)?\})/);
    if (quantifier === undefined) return piece;
    const lazy = this.match(/^\?/) ?? '';
    if (this.peek('+')) throw new Refused('possessive quantifiers');
    if (/^[*+?{]/.test(this.text.slice(this.at)))
      throw new Refused('a quantifier after a quantifier');
    const counts = quantifier.match(/\d+/g)?.map(Number) ?? [];
    if (counts.some((count) => count > 1000)) throw new Refused('more than 1000 repetitions');
    const optional = quantifier === '*' || quantifier === '?' || counts[0] === 0;
    // What a repeated group holds when its last round did not reach it differs between engines.
    for (const group of this.groups.slice(firstGroup)) if (optional) group.always = false;
    return { re2: piece.re2 + quantifier + lazy, canBeEmpty: optional || piece.canBeEmpty };
  }

  private readAtom(): Piece {
    if (this.peek('(')) return this.readGroup();
    if (this.peek('[')) return { re2: this.readClass(), canBeEmpty: false };
    if (this.peek('\\')) return this.readEscape();
    if (this.take('^')) return { re2: '^', canBeEmpty: true };
    if (this.take('$')) {
      if (this.multiline) return { re2: '$', canBeEmpty: true };
      this.hasEnd = true;
      return { re2: this.end, canBeEmpty: true };
    }
    if (this.take('.')) return { re2: '.', canBeEmpty: false };
    const character = this.match(/^[^*+?{]/u);
    if (character === undefined) throw new Refused('a quantifier with nothing to repeat');
    return {
      re2: character === '}' ? '\\}' : character === ']' ? '\\]' : character,
      canBeEmpty: false,
    };
  }

  private readGroup(): Piece {
    const opening = this.match(/^\((?:\?:|\?[ims]+:|\?<[A-Za-z][A-Za-z0-9]*>|(?!\?))/);
    if (opening === undefined) {
      const start = this.text.slice(this.at, this.at + 4);
      if (/^\(\?<?[=!]/.test(start)) throw new Refused('look-ahead and look-behind');
      if (start.startsWith('(?>')) throw new Refused('atomic groups');
      throw new Refused(`groups that begin with ${start.slice(0, 3)}`);
    }
    if (opening.includes('m:')) throw new Refused('the flag m for a part of a pattern');
    if (/^\(\?[ms]*i/.test(opening)) this.ignoresCase = true;
    const name = /^\(\?<(.+)>/.exec(opening)?.[1];
    const captures = opening === '(' || name !== undefined;
    const group = { ...(name !== undefined && { name }), always: true, canBeEmpty: false };
    if (captures) this.groups.push(group);
    this.optionalDepth += 1;
    if (this.optionalDepth > 100) throw new Refused('more than 100 groups in each other');
    const inside = this.readAlternatives();
    this.optionalDepth -= 1;
    if (!this.take(')')) throw new Refused('an unmatched (');
    group.canBeEmpty = inside.canBeEmpty;
    const re2Opening = name === undefined ? opening : `(?P<${name}>`;
    return { re2: `${re2Opening}${inside.re2})`, canBeEmpty: inside.canBeEmpty };
  }

  private readEscape(): Piece {
    this.at += 1;
    const quoted = this.match(/^Q[\s\S]*?(?:\\E|$)/);
    if (quoted !== undefined) {
      const literal = quoted.slice(1).replace(/\\E$/, '');
      return {
        re2: literal.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'),
        canBeEmpty: literal === '',
      };
    }
    const letter = this.match(/^[\s\S]/u) ?? '';
    if (letter === 's') return { re2: `[${spaces}]`, canBeEmpty: false };
    if (letter === 'S') return { re2: `[^${spaces}]`, canBeEmpty: false };
    if ('dDwW'.includes(letter) && letter !== '') return { re2: `\\${letter}`, canBeEmpty: false };
    if (letter === 'b' || letter === 'B') this.hasBoundary = true;
    if (letter === 'b' || letter === 'B' || letter === 'A' || letter === 'z') {
      return { re2: `\\${letter}`, canBeEmpty: true };
    }
    if (letter === 'p' || letter === 'P')
      return { re2: `\\${letter}${this.readUnicode()}`, canBeEmpty: false };
    return { re2: this.readPlainEscape(letter), canBeEmpty: false };
  }

  private readUnicode(): string {
    const name = this.match(unicodeClass);
    if (name === undefined) throw new Refused('this character class (\\p)');
    return name;
  }

  private readPlainEscape(letter: string): string {
    if (letter === '') throw new Refused('a backslash at the end');
    if (/[1-9]/.test(letter)) throw new Refused('back references');
    if (controlEscapes.has(letter)) return `\\${letter}`;
    if (/[A-Za-z0-9]/.test(letter)) throw new Refused(`the escape \\${letter}`);
    return /[\x21-\x7e]/.test(letter) ? `\\${letter}` : letter;
  }

  private readClass(): string {
    let re2 = '[';
    this.at += 1;
    if (this.take('^')) re2 += '^';
    if (this.take(']')) throw new Refused('] at the beginning of a class');
    while (!this.take(']')) {
      if (this.at >= this.text.length) throw new Refused('an unmatched [');
      if (this.peek('[')) throw new Refused('a class inside a class');
      if (this.peek('&&')) throw new Refused('intersections of classes');
      if (this.take('\\')) {
        const letter = this.match(/^[\s\S]/u) ?? '';
        const known = classEscapes.get(letter);
        if (known !== undefined) re2 += known;
        else if (letter === 'p' || letter === 'P') re2 += `\\${letter}${this.readUnicode()}`;
        else re2 += this.readPlainEscape(letter);
      } else {
        re2 += this.match(/^[\s\S]/u) ?? '';
      }
    }
    return `${re2}]`;
  }
}

/** Returns the characters beyond ASCII that the engines match otherwise with a pattern, as the inside of a class. */
function differingCharacters(
  text: string,
  { hasBoundary, ignoresCase }: Pick<PatternReader, 'hasBoundary' | 'ignoresCase'>,
): string {
  const found = hasBoundary ? [wordCharacters] : [];
  if (!ignoresCase) return found.join('');
  if (foldedLetters.test(text)) {
    throw new Refused('letters that are two when case does not matter (ß is ss)');
  }
  const literals = text.replace(/[()?:]/g, '');
  return [
    ...found,
    ...folded.filter(([pair]) => pair.test(literals)).map(([, letters]) => letters),
  ].join('');
}

/**
 * Returns a pattern in RE2's syntax, or the reason why it cannot be: what RE2 lacks, and what it would read otherwise.
 * With `takesFinalNewline`, `$` matches before a final line end as in Java, and takes it into the match, which does no
 * harm where only the start of a match counts.
 * Sources: Trino's regular expression functions (Java's syntax by Joni); https://github.com/google/re2/wiki/Syntax
 */
export function translatePattern(
  text: string,
  options: { readonly takesFinalNewline: boolean },
): RegexpPattern | RegexpRefusal {
  const reader = new PatternReader(text, options.takesFinalNewline ? '(?:\\n?\\z)' : '$');
  try {
    const { re2, canBeEmpty } = reader.readAll();
    const differsOver = differingCharacters(text, reader);
    return {
      ...{ re2, canBeEmpty, groups: reader.groups, hasEnd: reader.hasEnd },
      ...(differsOver !== '' && { differsOver }),
    };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    throw error;
  }
}

/**
 * Returns a replacement text in RE2's syntax (`$1` is `\1`), or the reason why it cannot be: a group that the pattern
 * does not have.
 */
export function translateReplacement(text: string, pattern: RegexpPattern): string | RegexpRefusal {
  let re2 = '';
  for (const [token] of text.matchAll(/\\[\s\S]|\\$|\$\{[^}]*\}|\$\d+|\$|[^\\$]+/g)) {
    if (token.startsWith('\\')) {
      if (token === '\\') return { refused: 'a backslash at the end of the replacement' };
      re2 += token === '\\\\' ? '\\\\' : token.slice(1);
    } else if (token.startsWith('${')) {
      const number = pattern.groups.findIndex((group) => group.name === token.slice(2, -1)) + 1;
      if (number === 0 || number > 9)
        return { refused: `the group ${token}, which the pattern does not have` };
      re2 += `\\${number}`;
    } else if (token.startsWith('$')) {
      const number = Number(token.slice(1));
      if (token.length !== 2 || number > pattern.groups.length) {
        return { refused: `the group ${token}, which the pattern does not have` };
      }
      re2 += `\\${number}`;
    } else {
      re2 += token;
    }
  }
  return re2;
}
