import { macro, type FunctionRule } from './rule.js';
import { sumWords } from './word.js';

/* SHA-512. Source: NIST FIPS 180-4, sections 4.1.3, 5 and 6.4; its constants are roots of the first primes. */

function firstPrimes(count: number): readonly bigint[] {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate);
  }
  return found;
}

/** Returns the whole part of a root of `value`. */
function root(value: bigint, degree: bigint): bigint {
  let [low, high] = [0n, value];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** degree <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

/** Returns the first 64 bits behind the point of a prime's square root (`degree` 2) or cube root (3). */
function rootBits(prime: bigint, degree: bigint): bigint {
  return root(prime << (64n * degree), degree) & (2n ** 64n - 1n);
}

const primes = firstPrimes(80);
const initial = primes.slice(0, 8).map((prime) => rootBits(prime, 2n));
const constants = primes.map((prime) => rootBits(prime, 3n));

const mask = '18446744073709551615::HUGEINT';
const right = (word: string, bits: number): string =>
  `(((${word} << ${64 - bits}) & ${mask}) | (${word} >> ${bits}))`;
const xor3 = (first: string, second: string, third: string): string =>
  `xor(xor(${first}, ${second}), ${third})`;
const turns = (word: string, [first, second, third]: readonly [number, number, number]): string =>
  xor3(right(word, first), right(word, second), right(word, third));
/** The last of the three is not turned, but moved. */
const moves = (word: string, [first, second, third]: readonly [number, number, number]): string =>
  xor3(right(word, first), right(word, second), `(${word} >> ${third})`);

/** The eight words of the state, and behind them the next sixteen of the message. */
const at = (index: number): string => `stedi_state[${index}]`;
const chosen = `xor(${at(7)}, ${at(5)} & xor(${at(6)}, ${at(7)}))`;
const majority = xor3(`(${at(1)} & ${at(2)})`, `(${at(1)} & ${at(3)})`, `(${at(2)} & ${at(3)})`);
const sum1 = `${at(8)} + ${turns(at(5), [14, 18, 41])} + ${chosen} + stedi_constant[1] + ${at(9)}`;
const sum2 = `${turns(at(1), [28, 34, 39])} + ${majority}`;
const nextWord = `(${moves(at(24 - 1), [19, 61, 6])} + ${at(18)} + ${moves(at(10), [1, 8, 7])} + ${at(9)}) & ${mask}`;
const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
const round = `list_transform([(${sum1}) & ${mask}], lambda stedi_sum: ${list([
  sumWords('stedi_sum', sum2),
  ...[1, 2, 3].map(at),
  sumWords('stedi_sum', at(4)),
  ...[5, 6, 7].map(at),
  ...Array.from({ length: 15 }, (_, index) => at(index + 10)),
  nextWord,
])})[1]`;
const hugeint = (value: bigint): string => `CAST(${value} AS HUGEINT)`;

/** `sha512(value)`: 64 bytes. */
export const sha512Rule: FunctionRule = macro(`(value) AS unhex(stedi_trino.sha512_of(value))`);

/** Macros of `sha512Rule`, beside those for words. */
export const sha512Macros: Readonly<Record<string, readonly string[]>> = {
  sha512_of: [`(value) AS stedi_trino.sha512_digits(hex(CAST(value AS BLOB)))`],
  // Of digits, of which two are a byte. The message ends with a bit, and with its length in bits in 16 bytes, in blocks of 128.
  sha512_digits: [
    `(digits) AS list_transform([digits], lambda stedi_digits: stedi_trino.sha512_words(stedi_digits || '80'
      || repeat('00', CAST((239 - length(stedi_digits) // 2 % 128) % 128 AS BIGINT)) || lpad(to_hex(length(stedi_digits) * 4), 32, '0')))[1]`,
  ],
  sha512_words: [
    `(padded) AS list_aggr(list_transform(list_reduce(
      list_transform([padded], lambda stedi_padded: list_transform(generate_series(0, length(stedi_padded) // 256 - 1), lambda stedi_block:
        list_transform(generate_series(0, 15), lambda stedi_place:
          CAST(CAST('0x' || substr(stedi_padded, CAST(stedi_block * 256 + stedi_place * 16 + 1 AS BIGINT), 16) AS UBIGINT) AS HUGEINT))))[1],
      lambda stedi_hash, stedi_words: list_transform([stedi_trino.sha512_rounds(stedi_hash || stedi_words)], lambda stedi_state:
        list_transform(generate_series(1, 8), lambda stedi_place: ${sumWords('stedi_hash[stedi_place]', 'stedi_state[stedi_place]')}))[1],
      ${list(initial.map(hugeint))}), lambda stedi_word: lpad(to_hex(CAST(stedi_word AS UBIGINT)), 16, '0')), 'string_agg', '')`,
  ],
  sha512_rounds: [
    `(state) AS list_reduce(${list(constants.map((each) => `[${hugeint(each)}]`))}, lambda stedi_state, stedi_constant: ${round}, state)`,
  ],
};
