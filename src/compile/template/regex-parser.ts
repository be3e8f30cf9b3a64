import { TemplateProblem } from './template-problem.js';

/** A part of a regular expression. */
export type RegexNode =
  | { readonly kind: 'literal'; readonly character: string }
  | { readonly kind: 'any' }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      /** Ranges, or the letter of a class such as `d`. */
      readonly items: readonly (string | { readonly from: string; readonly to: string })[];
    }
  | { readonly kind: 'anchor'; readonly anchor: string }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly item: RegexNode; readonly number: number | undefined }
  | { readonly kind: 'look'; readonly item: RegexNode; readonly negated: boolean }
  | { readonly kind: 'reference'; readonly number: number }
  | {
      readonly kind: 'repeat';
      readonly item: RegexNode;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

const controls: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
};
const longestPattern = 10_000;
const deepestNesting = 100;

/** Returns the parts of a pattern of Python's `re`. Diagnostics: `template-error`, `template-unsupported`. */
export function parseRegex(source: string): {
  readonly root: RegexNode;
  readonly groupCount: number;
  readonly names: ReadonlyMap<string, number>;
  readonly flags: ReadonlySet<string>;
} {
  const fail = (message: string): never => {
    throw new TemplateProblem(
      'template-error',
      `the regular expression '${source.slice(0, 80)}' is not valid: ${message}`,
    );
  };
  const refuse = (what: string): never => {
    throw new TemplateProblem('template-unsupported', `regular expressions do not support ${what}`);
  };
  if (source.length > longestPattern) fail('it is too long');
  const characters = Array.from(source);
  const names = new Map<string, number>();
  const flags = new Set<string>();
  let at = 0;
  let depth = 0;
  let groupCount = 0;

  const startsWith = (text: string): boolean =>
    characters.slice(at, at + text.length).join('') === text;
  const take = (text: string): boolean => {
    if (!startsWith(text)) return false;
    at += text.length;
    return true;
  };
  const takeMatch = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(characters.slice(at, at + 60).join(''));
    if (found === null) return undefined;
    at += Array.from(found[0]).length;
    return found;
  };

  const global = takeMatch(/^\(\?([aimsux]+)\)/);
  for (const flag of global?.[1] ?? '') {
    if (flag === 'x') refuse("'(?x)'");
    flags.add(flag);
  }

  function parseChoice(): RegexNode {
    depth += 1;
    if (depth > deepestNesting) fail('it is nested too deeply');
    const items = [parseSequence()];
    while (take('|')) items.push(parseSequence());
    depth -= 1;
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'choice', items };
  }

  function parseSequence(): RegexNode {
    const items: RegexNode[] = [];
    while (at < characters.length && characters[at] !== '|' && characters[at] !== ')') {
      items.push(parseRepeated());
    }
    return { kind: 'sequence', items };
  }

  function parseRepeated(): RegexNode {
    let item = parseAtom();
    for (;;) {
      const count = takeMatch(/^(?:[*+?]|\{(\d*)(,?)(\d*)\})/);
      if (count === undefined) return item;
      if (item.kind === 'repeat') return fail('a repeat follows a repeat');
      const [sign, low = '', comma = '', high = ''] = count;
      if (sign.startsWith('{') && low === '' && high === '') {
        at -= sign.length;
        return item;
      }
      const least = sign === '+' ? 1 : sign === '*' || sign === '?' ? 0 : Number(low || 0);
      const most =
        sign === '?'
          ? 1
          : sign === '*' || sign === '+'
            ? Infinity
            : comma === ''
              ? least
              : high === ''
                ? Infinity
                : Number(high);
      if (most < least) fail('the largest count is below the smallest');
      if (take('+')) refuse('possessive repeats');
      item = { kind: 'repeat', item, least, most, lazy: take('?') };
    }
  }

  function parseAtom(): RegexNode {
    const character = characters[at] ?? fail('it ends too early');
    at += 1;
    switch (character) {
      case '.':
        return { kind: 'any' };
      case '^':
      case '$':
        return { kind: 'anchor', anchor: character };
      case '(':
        return parseGroup();
      case '[':
        return parseSet();
      case '\\':
        return parseEscape();
      case '*':
      case '+':
      case '?':
        return fail('there is nothing to repeat');
      default:
        return { kind: 'literal', character };
    }
  }

  function parseGroup(): RegexNode {
    if (take('?:')) return close({ kind: 'group', item: parseChoice(), number: undefined });
    if (take('?=')) return close({ kind: 'look', item: parseChoice(), negated: false });
    if (take('?!')) return close({ kind: 'look', item: parseChoice(), negated: true });
    if (startsWith('?<=') || startsWith('?<!')) return refuse('looking behind');
    const reference = takeMatch(/^\?P=(\w+)\)/);
    if (reference) {
      const number =
        names.get(reference[1] ?? '') ?? fail(`there is no group '${reference[1] ?? ''}'`);
      return { kind: 'reference', number };
    }
    const name = takeMatch(/^\?P<([A-Za-z_]\w*)>/)?.[1];
    if (name === undefined && characters[at] === '?')
      return refuse(`'(${characters.slice(at, at + 3).join('')}'`);
    groupCount += 1;
    const number = groupCount;
    if (name !== undefined) {
      if (names.has(name)) fail(`the group '${name}' is there twice`);
      names.set(name, number);
    }
    return close({ kind: 'group', item: parseChoice(), number });
  }

  function close(node: RegexNode): RegexNode {
    if (!take(')')) fail("a '(' is not closed");
    return node;
  }

  function escaped(character: string): string {
    const hex =
      character === 'x'
        ? takeMatch(/^[0-9a-fA-F]{2}/)
        : character === 'u'
          ? takeMatch(/^[0-9a-fA-F]{4}/)
          : undefined;
    if (hex) return String.fromCodePoint(Number.parseInt(hex[0], 16));
    if (Object.hasOwn(controls, character)) return controls[character] ?? '';
    if (/[A-Za-z0-9]/.test(character)) return fail(`'\\${character}' has no meaning`);
    return character;
  }

  function parseEscape(): RegexNode {
    const character = characters[at] ?? fail("it ends with '\\'");
    at += 1;
    if ('dDwWsS'.includes(character)) return { kind: 'set', negated: false, items: [character] };
    if ('AZbB'.includes(character)) return { kind: 'anchor', anchor: character };
    if (/[1-9]/.test(character)) {
      const number = Number(character + (takeMatch(/^\d/)?.[0] ?? ''));
      if (number > groupCount) fail(`there is no group ${number}`);
      return { kind: 'reference', number };
    }
    return { kind: 'literal', character: character === '0' ? '\0' : escaped(character) };
  }

  function parseSet(): RegexNode {
    const negated = take('^');
    const items: (string | { from: string; to: string })[] = [];
    const one = (): string | { readonly letter: string } => {
      const character = characters[at] ?? fail("a '[' is not closed");
      at += 1;
      if (character !== '\\') return character;
      const next = characters[at] ?? fail("a '[' is not closed");
      at += 1;
      if ('dDwWsS'.includes(next)) return { letter: next };
      return next === 'b' ? '\b' : next === '0' ? '\0' : escaped(next);
    };
    do {
      const from = one();
      if (typeof from !== 'string') {
        items.push(from.letter);
        continue;
      }
      if (
        characters[at] === '-' &&
        characters[at + 1] !== ']' &&
        characters[at + 1] !== undefined
      ) {
        at += 1;
        const to = one();
        if (typeof to !== 'string' || to < from) return fail('a range is not in order');
        items.push({ from, to });
      } else {
        items.push({ from, to: from });
      }
    } while (characters[at] !== ']');
    at += 1;
    return { kind: 'set', negated, items };
  }

  const root = parseChoice();
  if (at < characters.length) fail("a ')' is not opened");
  return { root, groupCount, names, flags };
}
