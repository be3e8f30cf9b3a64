import type { Budget } from './budget.js';
import { parseRegex, type RegexNode } from './regex-parser.js';
import { charactersOf, isSpace } from './text.js';

/** A regular expression of Python's `re`, ready to be matched. */
export interface Regex {
  readonly source: string;
  readonly root: RegexNode;
  readonly groupCount: number;
  /** Group numbers by name. */
  readonly names: ReadonlyMap<string, number>;
  readonly flags: ReadonlySet<string>;
}

/** Where a match and its groups are, in characters; `undefined` for a group that took no part. */
export type Spans = readonly (readonly [start: number, end: number] | undefined)[];

/** Returns the compiled pattern. Diagnostics: `template-error` if it is not valid, `template-unsupported`. */
export function compileRegex(source: string, flags: ReadonlySet<string>): Regex {
  const parsed = parseRegex(source);
  return { source, ...parsed, flags: new Set([...flags, ...parsed.flags]) };
}

const wordCharacter = /[\p{L}\p{N}_]/u;

function inClass(kind: string, character: string): boolean {
  switch (kind) {
    case 'd':
      return /\p{Nd}/u.test(character);
    case 'D':
      return !/\p{Nd}/u.test(character);
    case 'w':
      return wordCharacter.test(character);
    case 'W':
      return !wordCharacter.test(character);
    case 's':
      return isSpace(character);
    default:
      return !isSpace(character);
  }
}

type Continue = (at: number) => boolean;

/**
 * Returns the first match of a pattern at or after `from`, or only at `from`; `undefined` if there is none. It goes back
 * and forth like Python's, and every step is counted, so that no pattern can hang the program.
 */
export function findMatch(
  regex: Regex,
  characters: readonly string[],
  options: {
    readonly from: number;
    readonly anchored?: boolean;
    readonly toEnd?: boolean;
    /** The match must not be empty if it begins at `from`. */
    readonly mustAdvance?: boolean;
  },
  budget: Budget,
): Spans | undefined {
  const ignoreCase = regex.flags.has('i');
  const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const { length } = characters;
  let spans: ([number, number] | undefined)[] = [];

  function accepts(node: RegexNode, at: number): boolean {
    const character = characters[at];
    if (character === undefined) return false;
    switch (node.kind) {
      case 'literal':
        return fold(character) === fold(node.character);
      case 'any':
        return regex.flags.has('s') || character !== '\n';
      case 'set': {
        const found = node.items.some((item) =>
          typeof item === 'string'
            ? inClass(item, character)
            : [
                character,
                ...(ignoreCase ? [character.toLowerCase(), character.toUpperCase()] : []),
              ].some((each) => each >= item.from && each <= item.to),
        );
        return found !== node.negated;
      }
      default:
        return false;
    }
  }
  const isWord = (at: number): boolean => wordCharacter.test(characters[at] ?? ' ');

  function holds(anchor: string, at: number): boolean {
    switch (anchor) {
      case 'A':
        return at === 0;
      case '^':
        return at === 0 || (regex.flags.has('m') && characters[at - 1] === '\n');
      case 'Z':
        return at === length;
      case '$':
        return (
          at === length ||
          (at === length - 1 && characters[at] === '\n') ||
          (regex.flags.has('m') && characters[at] === '\n')
        );
      case 'b':
        return isWord(at - 1) !== isWord(at);
      default:
        return isWord(at - 1) === isWord(at);
    }
  }

  function match(node: RegexNode, at: number, next: Continue): boolean {
    budget.step();
    switch (node.kind) {
      case 'literal':
      case 'any':
      case 'set':
        return accepts(node, at) && next(at + 1);
      case 'anchor':
        return holds(node.anchor, at) && next(at);
      case 'sequence':
        return matchAll(node.items, 0, at, next);
      case 'choice':
        return node.items.some((item) => match(item, at, next));
      case 'group': {
        const { number } = node;
        if (number === undefined) return match(node.item, at, next);
        const before = spans[number];
        if (
          match(node.item, at, (end) => {
            const inside = spans[number];
            spans[number] = [at, end];
            if (next(end)) return true;
            spans[number] = inside;
            return false;
          })
        ) {
          return true;
        }
        spans[number] = before;
        return false;
      }
      case 'look': {
        const before = [...spans];
        const found = match(node.item, at, () => true);
        if (found === node.negated) {
          spans = before;
          return false;
        }
        if (node.negated) spans = before;
        if (next(at)) return true;
        spans = before;
        return false;
      }
      case 'reference': {
        const span = spans[node.number];
        if (span === undefined) return false;
        const size = span[1] - span[0];
        for (let index = 0; index < size; index += 1) {
          budget.step();
          if (fold(characters[span[0] + index] ?? '') !== fold(characters[at + index] ?? ''))
            return false;
        }
        return at + size <= length && next(at + size);
      }
      case 'repeat':
        return matchRepeat(node, at, next);
    }
  }

  function matchAll(
    items: readonly RegexNode[],
    index: number,
    at: number,
    next: Continue,
  ): boolean {
    const item = items[index];
    return item === undefined
      ? next(at)
      : match(item, at, (end) => matchAll(items, index + 1, end, next));
  }

  function matchRepeat(
    node: Extract<RegexNode, { kind: 'repeat' }>,
    at: number,
    next: Continue,
  ): boolean {
    const { item, least, most, lazy } = node;
    if (item.kind === 'literal' || item.kind === 'any' || item.kind === 'set') {
      // One character at a time needs no stack.
      let count = 0;
      const more = (): boolean => {
        budget.step();
        return count < most && accepts(item, at + count);
      };
      while (count < least) {
        if (!more()) return false;
        count += 1;
      }
      if (lazy) {
        for (;;) {
          if (next(at + count)) return true;
          if (!more()) return false;
          count += 1;
        }
      }
      while (more()) count += 1;
      for (; count >= least; count -= 1) if (next(at + count)) return true;
      return false;
    }
    const turn = (count: number, position: number): boolean => {
      const again = (): boolean =>
        count < most &&
        match(item, position, (end) =>
          // An empty turn would go on for ever.
          end === position && count >= least ? false : turn(count + 1, end),
        );
      if (count < least) return again();
      return lazy ? next(position) || again() : again() || next(position);
    };
    return turn(0, at);
  }

  const lastStart = options.anchored === true ? options.from : length;
  for (let start = options.from; start <= lastStart; start += 1) {
    spans = [];
    let end = -1;
    const found = match(regex.root, start, (at) => {
      if (options.toEnd === true && at !== length) return false;
      if (options.mustAdvance === true && start === options.from && at === start) return false;
      end = at;
      return true;
    });
    if (found) {
      const groups = Array.from({ length: regex.groupCount }, (_, index) => spans[index + 1]);
      return [[start, end], ...groups];
    }
  }
  return undefined;
}

/** Returns all matches that do not overlap, as Python's `finditer` finds them. */
export function findMatches(
  regex: Regex,
  text: string,
  limit: number,
  budget: Budget,
): { readonly characters: readonly string[]; readonly matches: readonly Spans[] } {
  const characters = charactersOf(text);
  const matches: Spans[] = [];
  let from = 0;
  let mustAdvance = false;
  while (from <= characters.length && (limit <= 0 || matches.length < limit)) {
    const found = findMatch(regex, characters, { from, mustAdvance }, budget);
    const whole = found?.[0];
    if (found === undefined || whole === undefined) break;
    budget.allocateItems(found.length);
    matches.push(found);
    mustAdvance = whole[0] === whole[1];
    from = whole[1];
  }
  return { characters, matches };
}
