import type { Random } from '../generate/random.js';

/** The tokens of a random JSON object; joined without anything they are its compact text. */
export function randomObjectTokens(random: Random, depth = 0): string[] {
  const tokens = ['{'];
  const count = random.integer(depth === 0 ? 0 : 0, 5);
  for (let index = 0; index < count; index += 1) {
    if (index > 0) tokens.push(',');
    tokens.push(randomString(random), ':', ...randomValueTokens(random, depth + 1));
  }
  return [...tokens, '}'];
}

function randomValueTokens(random: Random, depth: number): string[] {
  if (depth < 4 && random.chance(0.2)) return randomObjectTokens(random, depth);
  if (depth < 4 && random.chance(0.2)) {
    const tokens = ['['];
    const count = random.integer(0, 3);
    for (let index = 0; index < count; index += 1) {
      if (index > 0) tokens.push(',');
      tokens.push(...randomValueTokens(random, depth + 1));
    }
    return [...tokens, ']'];
  }
  return random.chance(0.5) ? [randomString(random)] : [random.pick(scalars)];
}

const scalars = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '7',
  '1655564376361.0',
  '123456789012345678901234567890',
  '-1.50e+10',
  '2E-3',
  '1e400',
  '0.10',
] as const;

const fragments = [
  'a',
  'Email',
  'timeStamp',
  '}',
  '{',
  '}{',
  '},{',
  '[',
  ']',
  ',',
  ': ',
  ' ',
  "'",
  'ö',
  '日本',
  '🚲',
  '\\"',
  '\\\\',
  '\\n',
  '\\/',
  '\\u00e4',
  '\\uD83D\\ude00',
  '\\u0000',
] as const;

function randomString(random: Random): string {
  let text = '"';
  const count = random.integer(0, 4);
  for (let index = 0; index < count; index += 1) text += random.pick(fragments);
  return `${text}"`;
}

/** Joins tokens with random white space between them. */
export function spreadTokens(random: Random, tokens: readonly string[]): string {
  return tokens.map((token) => token + randomBlank(random)).join('');
}

/** White space that may stand between tokens, often none. */
export function randomBlank(random: Random): string {
  return random.pick(['', '', '', ' ', '\n', '\r\n', '\t', '\n    ']);
}
