import { builtin, callableOf, type BoundArguments, type Builtin } from './arguments.js';
import { dictOf } from './dicts.js';
import { compileRegex, findMatch, findMatches, type Regex, type Spans } from './regex.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { charactersOf } from './text.js';
import {
  iteratorOf,
  listOf,
  none,
  objectOf,
  tupleOf,
  typeName,
  type ObjectValue,
  type Value,
} from './values.js';

function fail(message: string): never {
  throw new TemplateProblem('template-error', message);
}

/** Flags as Python numbers them. */
const flagBits: readonly (readonly [letter: string, bit: bigint, names: readonly string[]])[] = [
  ['i', 2n, ['I', 'IGNORECASE']],
  ['m', 8n, ['M', 'MULTILINE']],
  ['s', 16n, ['S', 'DOTALL']],
];

function readFlags(value: Value): ReadonlySet<string> {
  if (typeof value !== 'bigint') return new Set();
  const known = flagBits.reduce((bits, [, bit]) => bits | bit, 0n);
  if ((value & ~known) !== 0n) {
    throw new TemplateProblem(
      'template-unsupported',
      'regular expressions support only the flags I, M and S',
    );
  }
  return new Set(flagBits.flatMap(([letter, bit]) => ((value & bit) !== 0n ? [letter] : [])));
}

const patterns = new WeakMap<ObjectValue, Regex>();

/** The pattern of a call: a text, or what `re.compile` gave. */
function readPattern(value: Value, flags: Value): Regex {
  if (typeof value === 'string') return compileRegex(value, readFlags(flags));
  const known =
    typeof value === 'object' && value.kind === 'object' ? patterns.get(value) : undefined;
  return known ?? fail(`expected a regular expression, found ${typeName(value)}`);
}

function matchValue(regex: Regex, text: string, spans: Spans): ObjectValue {
  const characters = charactersOf(text);
  const numberOf = (group: Value): number => {
    const number =
      typeof group === 'bigint'
        ? Number(group)
        : typeof group === 'string'
          ? (regex.names.get(group) ?? -1)
          : -1;
    return number >= 0 && number <= regex.groupCount ? number : fail('there is no such group');
  };
  const textOf = (number: number): Value => {
    const span = spans[number];
    return span === undefined ? none : characters.slice(span[0], span[1]).join('');
  };
  const edge = (which: 0 | 1): Builtin =>
    builtin('group?', (args) =>
      BigInt(spans[numberOf(args.optional('group') ?? 0n)]?.[which] ?? -1),
    );
  const methods = new Map<string, Builtin>([
    [
      'group',
      builtin('*', ({ rest }) => {
        const found = (rest.length === 0 ? [0n] : rest).map((group) => textOf(numberOf(group)));
        return found.length === 1 ? (found[0] ?? none) : tupleOf(found);
      }),
    ],
    [
      'groups',
      builtin('', () =>
        tupleOf(Array.from({ length: regex.groupCount }, (_, index) => textOf(index + 1))),
      ),
    ],
    [
      'groupdict',
      builtin('', (_, run) =>
        dictOf(
          [...regex.names].map(([name, number]) => [name, textOf(number)]),
          run,
        ),
      ),
    ],
    ['start', edge(0)],
    ['end', edge(1)],
    [
      'span',
      builtin('group?', (args) => {
        const span = spans[numberOf(args.optional('group') ?? 0n)] ?? [-1, -1];
        return tupleOf([BigInt(span[0]), BigInt(span[1])]);
      }),
    ],
  ]);
  return objectOf(
    'match',
    null,
    new Map([...methods].map(([name, method]) => [name, callableOf(name, method)])),
  );
}

function expand(
  regex: Regex,
  template: string,
  characters: readonly string[],
  spans: Spans,
): string {
  const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };
  return template.replace(
    /\\(?:g<(\w+)>|(\d{1,2})|([\s\S]?))/gu,
    (all, named: string | undefined, digits: string | undefined, other: string) => {
      const group = named ?? digits;
      if (group === undefined)
        return Object.hasOwn(controls, other)
          ? (controls[other] ?? '')
          : /[A-Za-z]/.test(other) || other === ''
            ? fail(`'${all}' has no meaning in a replacement`)
            : all;
      const number = /^\d+$/.test(group) ? Number(group) : (regex.names.get(group) ?? -1);
      if (number < 0 || number > regex.groupCount) return fail(`there is no group '${group}'`);
      const span = spans[number];
      return span === undefined ? '' : characters.slice(span[0], span[1]).join('');
    },
  );
}

function substitute(regex: Regex, args: BoundArguments, run: Run): string {
  const replacement = args.value('repl');
  if (typeof replacement !== 'string') {
    throw new TemplateProblem(
      'template-unsupported',
      're.sub() supports only a text as the replacement',
    );
  }
  const text = args.text('string');
  const { characters, matches } = findMatches(regex, text, args.integer('count', 0), run.budget);
  let result = '';
  let at = 0;
  for (const spans of matches) {
    const [start, end] = spans[0] ?? [0, 0];
    const part =
      characters.slice(at, start).join('') + expand(regex, replacement, characters, spans);
    run.budget.allocateText(part.length);
    result += part;
    at = end;
  }
  return result + characters.slice(at).join('');
}

function found(
  regex: Regex,
  args: BoundArguments,
  options: { anchored?: boolean; toEnd?: boolean },
  run: Run,
): Value {
  const text = args.text('string');
  const spans = findMatch(regex, charactersOf(text), { from: 0, ...options }, run.budget);
  return spans === undefined ? none : matchValue(regex, text, spans);
}

/** The groups of a match as `findall` gives them. */
function findallItem(regex: Regex, characters: readonly string[], spans: Spans): Value {
  const textOf = (span: Spans[number]): string =>
    span === undefined ? '' : characters.slice(span[0], span[1]).join('');
  if (regex.groupCount === 0) return textOf(spans[0]);
  if (regex.groupCount === 1) return textOf(spans[1]);
  return tupleOf(spans.slice(1).map(textOf));
}

function splitText(regex: Regex, args: BoundArguments, run: Run): Value {
  const { characters, matches } = findMatches(
    regex,
    args.text('string'),
    args.integer('maxsplit', 0),
    run.budget,
  );
  const parts: Value[] = [];
  let at = 0;
  for (const spans of matches) {
    const [start, end] = spans[0] ?? [0, 0];
    parts.push(characters.slice(at, start).join(''));
    for (const span of spans.slice(1))
      parts.push(span === undefined ? none : characters.slice(span[0], span[1]).join(''));
    at = end;
  }
  return listOf([...parts, characters.slice(at).join('')]);
}

/** What can be done with a pattern: its parameters besides the pattern, and how. */
const operations: readonly (readonly [
  name: string,
  parameters: string,
  call: (regex: Regex, args: BoundArguments, run: Run) => Value,
])[] = [
  ['match', 'string', (regex, args, run) => found(regex, args, { anchored: true }, run)],
  [
    'fullmatch',
    'string',
    (regex, args, run) => found(regex, args, { anchored: true, toEnd: true }, run),
  ],
  ['search', 'string', (regex, args, run) => found(regex, args, {}, run)],
  [
    'findall',
    'string',
    (regex, args, run) => {
      const { characters, matches } = findMatches(regex, args.text('string'), 0, run.budget);
      return listOf(matches.map((spans) => findallItem(regex, characters, spans)));
    },
  ],
  [
    'finditer',
    'string',
    (regex, args, run) => {
      const text = args.text('string');
      return iteratorOf(
        findMatches(regex, text, 0, run.budget).matches.map((spans) =>
          matchValue(regex, text, spans),
        ),
      );
    },
  ],
  ['sub', 'repl string count?', substitute],
  ['split', 'string maxsplit?', splitText],
];

const compile = builtin('pattern flags?', (args) => {
  const regex = readPattern(args.value('pattern'), args.value('flags'));
  const value = objectOf(
    'pattern',
    null,
    new Map<string, Value>([
      ['pattern', regex.source],
      ...operations.map(([name, parameters, call]): [string, Value] => [
        name,
        callableOf(
          name,
          builtin(parameters, (given, run) => call(regex, given, run)),
        ),
      ]),
    ]),
  );
  patterns.set(value, regex);
  return value;
});

/** Python's module `re`, matched by our own engine: JavaScript's could be made to hang. */
export const regexModule: ObjectValue = objectOf(
  "module 're'",
  null,
  new Map<string, Value>([
    ...operations.map(([name, parameters, call]): [string, Value] => [
      name,
      callableOf(
        `re.${name}`,
        builtin(`pattern ${parameters} flags?`, (args, run) =>
          call(readPattern(args.value('pattern'), args.value('flags')), args, run),
        ),
      ),
    ]),
    ['compile', callableOf('re.compile', compile)],
    [
      'escape',
      callableOf(
        're.escape',
        builtin('pattern', (args) =>
          args.text('pattern').replace(/[-\s()[\]{}?*+|^$\\.&~#]/g, '\\$&'),
        ),
      ),
    ],
    ...flagBits.flatMap(([, bit, names]) => names.map((name): [string, Value] => [name, bit])),
  ]),
);
