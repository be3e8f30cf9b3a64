import { macro, type FunctionRule } from './rule.js';
import { rotateWord, sumWords, timesWord, xorWords } from './word.js';

/*
 * xxHash64 with the seed 0. Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md.
 */
const primes = [
  ...['11400714785074694791', '14029467366897019727', '1609587929392839161'],
  ...['9650029242287828579', '2870177450012600261'],
] as const;
const [prime1, prime2, prime3, prime4, prime5] = primes;
const words = 2n ** 64n;

/** The lanes of a stripe of 32 bytes: what each begins with. */
const lanes = [
  (BigInt(prime1) + BigInt(prime2)) % words,
  BigInt(prime2),
  0n,
  words - BigInt(prime1),
];

/** What a word adds to a lane, or to the hash. */
const round = (lane: string, word: string): string =>
  timesWord(rotateWord(sumWords(lane, timesWord(word, prime2)), 31), prime1);
const mix = (hash: string, word: string, fold: readonly [number, string, string]): string =>
  sumWords(timesWord(rotateWord(xorWords(hash, word), fold[0]), fold[1]), fold[2]);

const lane = (start: bigint, index: number): string =>
  `list_reduce(stedi_stripes[${index + 1}:len(stedi_stripes):4], lambda stedi_lane, stedi_word: ${round('stedi_lane', 'stedi_word')},
    CAST(${start} AS HUGEINT))`;

/** The words behind a whole number of groups, from the digits of all. */
const rest = (group: number, size: number): string =>
  `stedi_trino.words_of(stedi_text.digits[length(stedi_text.digits) // ${2 * group} * ${2 * group} + 1:], ${size})`;

/** `xxhash64(value)`: eight bytes, the greatest first. */
export const xxhash64Rule: FunctionRule = macro(
  `(value) AS unhex(lpad(to_hex(CAST(stedi_trino.xxhash_of(hex(CAST(value AS BLOB))) AS UBIGINT)), 16, '0'))`,
);

/** Macros of `xxhash64Rule`, beside those for words. */
export const xxhashMacros: Readonly<Record<string, readonly string[]>> = {
  xxhash_of: [
    `(digits) AS list_transform([struct_pack(digits := digits, words := stedi_trino.words_of(digits, 8))], lambda stedi_text:
      stedi_trino.xxhash_end(
        list_reduce(${rest(4, 1)},
          lambda stedi_hash, stedi_word: ${timesWord(rotateWord(xorWords('stedi_hash', timesWord('stedi_word', prime5)), 11), prime1)},
        list_reduce(${rest(8, 4)},
          lambda stedi_hash, stedi_word: ${mix('stedi_hash', timesWord('stedi_word', prime1), [23, prime2, prime3])},
        list_reduce(stedi_text.words[length(stedi_text.digits) // 64 * 4 + 1:],
          lambda stedi_hash, stedi_word: ${mix('stedi_hash', round('0', 'stedi_word'), [27, prime1, prime4])},
        ${sumWords('stedi_trino.xxhash_stripes(stedi_text.words)', 'length(stedi_text.digits) // 2')})))))[1]`,
  ],
  xxhash_stripes: [
    `(words) AS list_transform([words[1:len(words) // 4 * 4]], lambda stedi_stripes: CASE WHEN len(stedi_stripes) > 0
      THEN stedi_trino.xxhash_merged([${lanes.map(lane).join(', ')}]) ELSE CAST(${prime5} AS HUGEINT) END)[1]`,
  ],
  xxhash_merged: [
    `(lanes) AS list_transform([lanes], lambda stedi_lanes: list_reduce(stedi_lanes, lambda stedi_hash, stedi_lane:
      ${sumWords(timesWord(xorWords('stedi_hash', round('0', 'stedi_lane')), prime1), prime4)},
      ${sumWords(sumWords(rotateWord('stedi_lanes[1]', 1), rotateWord('stedi_lanes[2]', 7)), sumWords(rotateWord('stedi_lanes[3]', 12), rotateWord('stedi_lanes[4]', 18)))}))[1]`,
  ],
  xxhash_end: [
    `(hash) AS stedi_trino.folded_word(${timesWord(`stedi_trino.folded_word(${timesWord('stedi_trino.folded_word(hash, 33)', prime2)}, 29)`, prime3)}, 32)`,
  ],
};
