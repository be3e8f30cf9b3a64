/*
 * Arithmetic of unsigned words of 64 bits, as hashes have it. A word is a HUGEINT from 0 to 2^64 - 1. A macro's parameter may
 * stand for a long expression, so that each is used once, or bound by a lambda.
 */

/** Returns the product of two words, without what is beyond 64 bits. */
export const timesWord = (word: string, factor: string): string =>
  `stedi_trino.word_product(${word}, ${factor})`;

/** Returns a word whose bits are moved to the left, those that fall out coming in on the right. */
export const rotateWord = (word: string, bits: number): string =>
  `stedi_trino.rotated_word(${word}, ${bits})`;

/** Returns the sum of two words, without what is beyond 64 bits. */
export const sumWords = (left: string, right: string): string =>
  `stedi_trino.word_sum(${left}, ${right})`;

/** Returns a word with the bits that one of the two has. */
export const xorWords = (left: string, right: string): string => `xor(${left}, ${right})`;

/** The macros behind these. */
export const wordMacros: Readonly<Record<string, readonly string[]>> = {
  word_sum: [`(left_word, right_word) AS (left_word + right_word) & 18446744073709551615::HUGEINT`],
  word_product: [
    `(word, factor) AS CAST((CAST(word AS UHUGEINT) * CAST(factor AS UHUGEINT)) & 18446744073709551615::UHUGEINT AS HUGEINT)`,
  ],
  rotated_word: [
    `(word, bits) AS list_transform([word], lambda stedi_rotated:
      ((stedi_rotated << bits) & 18446744073709551615::HUGEINT) | (stedi_rotated >> (64 - bits)))[1]`,
  ],
  folded_word: [
    `(word, bits) AS list_transform([word], lambda stedi_folded: xor(stedi_folded, stedi_folded >> bits))[1]`,
  ],
  // Words of `size` bytes, the least byte first, from digits of which two are a byte.
  words_of: [
    `(digits, size) AS list_transform(generate_series(0, length(digits) // (2 * size) - 1), lambda stedi_place:
      CAST(CAST('0x' || array_to_string(list_transform(generate_series(size - 1, 0, -1), lambda stedi_byte:
        substr(digits, CAST(stedi_place * 2 * size + stedi_byte * 2 + 1 AS BIGINT), 2)), '') AS UBIGINT) AS HUGEINT))`,
  ],
};
