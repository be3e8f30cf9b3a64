import { macro, type FunctionRule } from './rule.js';
import { rotateWord, sumWords, timesWord, xorWords } from './word.js';

/*
 * MurmurHash3 for 64-bit machines, of 128 bits, with the seed 0, as Trino has it. Source: Austin Appleby's MurmurHash3.cpp
 * (MurmurHash3_x64_128), https://github.com/aappleby/smhasher/wiki/MurmurHash3.
 */
const factor1 = '9782798678568883157';
const factor2 = '5545529020109919103';

/** What the first and the second word of 16 bytes give to the two halves of the hash. */
const first = (word: string): string =>
  timesWord(rotateWord(timesWord(word, factor1), 31), factor2);
const second = (word: string): string =>
  timesWord(rotateWord(timesWord(word, factor2), 33), factor1);

const step = (half: string, bits: number, other: string, added: number): string =>
  sumWords(timesWord(sumWords(rotateWord(half, bits), other), '5'), String(added));

const mixed = (half: string): string =>
  `stedi_trino.folded_word(${timesWord(`stedi_trino.folded_word(${timesWord(`stedi_trino.folded_word(${half}, 33)`, '18397679294719823053')}, 33)`, '14181476777654086739')}, 33)`;

/** A word with its least byte first, as digits. */
const littleEndian = (word: string): string =>
  `regexp_replace(lpad(to_hex(CAST(${word} AS UBIGINT)), 16, '0'), '(..)(..)(..)(..)(..)(..)(..)(..)', '\\8\\7\\6\\5\\4\\3\\2\\1')`;

/** Both halves, each with the other added: the first takes the second, then the second takes the first. */
const crossed = (halves: string, name: string): string =>
  `list_transform([${halves}], lambda ${name}: [${sumWords(`${name}[1]`, `${name}[2]`)}, ${sumWords(`${name}[2]`, sumWords(`${name}[1]`, `${name}[2]`))}])[1]`;

/** `murmur3(value)`: 16 bytes. */
export const murmur3Rule: FunctionRule = macro(
  `(value) AS unhex(stedi_trino.murmur_of(hex(CAST(value AS BLOB))))`,
);

/** Macros of `murmur3Rule`, beside those for words. */
export const murmurMacros: Readonly<Record<string, readonly string[]>> = {
  murmur_of: [
    `(digits) AS list_transform([struct_pack(size := length(digits) // 2, words := stedi_trino.words_of(
        rpad(digits, CAST((length(digits) // 32 + 1) * 32 AS INTEGER), '0'), 8))], lambda stedi_text:
      stedi_trino.murmur_end(stedi_trino.murmur_tail(stedi_text.words[len(stedi_text.words) - 1:], stedi_trino.murmur_blocks(
        stedi_text.words[1:len(stedi_text.words) - 2])), CAST(stedi_text.size AS HUGEINT)))[1]`,
  ],
  murmur_blocks: [
    `(words) AS list_transform([words], lambda stedi_words: list_reduce(
      list_transform(generate_series(1, len(stedi_words), 2), lambda stedi_place: [stedi_words[stedi_place], stedi_words[stedi_place + 1]]),
      lambda stedi_halves, stedi_block: list_transform([${step(xorWords('stedi_halves[1]', first('stedi_block[1]')), 27, 'stedi_halves[2]', 1390208809)}],
        lambda stedi_half: [stedi_half, ${step(xorWords('stedi_halves[2]', second('stedi_block[2]')), 31, 'stedi_half', 944331445)}])[1],
      [CAST(0 AS HUGEINT), CAST(0 AS HUGEINT)]))[1]`,
  ],
  murmur_tail: [
    `(words, halves) AS list_transform([struct_pack(words := words, halves := halves)], lambda stedi_tail:
      [${xorWords('stedi_tail.halves[1]', first('stedi_tail.words[1]'))}, ${xorWords('stedi_tail.halves[2]', second('stedi_tail.words[2]'))}])[1]`,
  ],
  murmur_end: [
    `(halves, size) AS list_transform([${crossed(
      `list_transform(${crossed('list_transform(halves, lambda stedi_half: xor(stedi_half, size))', 'stedi_sized')}, lambda stedi_half: ${mixed('stedi_half')})`,
      'stedi_mixed',
    )}], lambda stedi_hash: ${littleEndian('stedi_hash[1]')} || ${littleEndian('stedi_hash[2]')})[1]`,
  ],
};
