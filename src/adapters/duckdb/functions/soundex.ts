import { macroCall } from '../translate/macro-call.js';
import { limitSql } from './engine-limits.js';
import { refusal, rewrite, type FunctionRule } from './rule.js';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The classes of these letters, as in Apache's Soundex for English, which Trino uses. */
const classes = '01230120022455012623010202';

/** How a name sounds: its first letter and the classes of the next three letters that are heard. */
export const soundexRule: FunctionRule = rewrite((call) => {
  const value = call.arg(0);
  return value.type.kind === 'char'
    ? refusal('it takes varchar, not char', 'cast the char to varchar', value.syntax)
    : macroCall('soundex', [value.sql]);
});

/** Macros of `soundexRule`. Other letters than A to Z fail, unless three classes are found before. */
export const soundexMacros: Readonly<Record<string, readonly string[]>> = {
  soundex: [
    String.raw`(value) AS list_transform([regexp_replace(CAST(value AS VARCHAR), '[^\p{L}]', '', 'g')], lambda stedi_name: CASE
      WHEN regexp_matches(stedi_name, '[\x{FB00}-\x{FB06}]')
        THEN ${limitSql('joined-letters', 'stedi_name', "''")}
      WHEN stedi_name <> '' THEN stedi_trino.soundex_of_letters(upper(replace(stedi_name, 'ß', 'ss')))
      ELSE stedi_name END)[1]`,
  ],
  soundex_of_letters: [
    `(name) AS left(name, 1) || stedi_trino.soundex_code(
      stedi_trino.soundex_class(left(name, 1)) || stedi_trino.soundex_class(regexp_replace(substr(name, 2), '[HW]', '', 'g')), name)`,
  ],
  soundex_class: [
    `(letters) AS translate(regexp_replace(letters, '[^A-Z]', '?', 'g'), '${letters}', '${classes}')`,
  ],
  soundex_code: [
    `(classes, name) AS list_transform([left(stedi_trino.soundex_changes(classes) || '000', 3)], lambda stedi_code: CASE
      WHEN left(classes, 1) = '?' OR contains(stedi_code, '?') THEN stedi_trino.fail('The character is not mapped: ' || name, '')
      ELSE stedi_code END)[1]`,
  ],
  // What is the same as before it, or a vowel, is not heard anew.
  soundex_changes: [
    `(classes) AS coalesce(array_to_string(list_transform(list_filter(generate_series(2, length(classes)), lambda stedi_place:
        substr(classes, stedi_place, 1) <> '0' AND substr(classes, stedi_place, 1) <> substr(classes, stedi_place - 1, 1)),
      lambda stedi_place: substr(classes, stedi_place, 1)), ''), '')`,
  ],
};
