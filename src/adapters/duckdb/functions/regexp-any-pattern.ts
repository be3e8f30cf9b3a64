import { limitSql } from './engine-limits.js';

/*
 * Patterns that are known only when the query runs, such as those of a column of rules. Those of a plain kind mean the same in Java's
 * syntax and in RE2's; any other ends the query.
 */

const letter = '[A-Za-z0-9 _,:;/@#%&=!"~<>\\x27-]';
const escape = '\\\\[dDwW.,:;/@#%&=!"~<>+*?()\\[\\]{}|^-]';
const classPart = '[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9 _.,:;/@#%=!~]';
const atom = `(?:${letter}|\\.|${escape}|\\[\\^?(?:${classPart})+\\]|\\))`;
const quantifier = '(?:[*+?]\\??|\\{[0-9]{1,3}(?:,(?:[0-9]{1,3})?)?\\})';
/** `$` is no part of classes and escapes here, so that each is the end of the text. */
const plainPattern = `(?:\\(\\?i\\))?(?:${atom}${quantifier}?|[(|^$])*`;

/** Macros of `regexp_like` with such a pattern. */
export const anyPatternMacros: Readonly<Record<string, readonly string[]>> = {
  // Java's $ matches before a line end at the very end, too.
  like_plain_pattern: [
    `(value, pattern) AS list_transform([row(value, pattern)], lambda stedi_like: CASE
      WHEN stedi_like[1] IS NULL OR stedi_like[2] IS NULL THEN NULL
      WHEN NOT regexp_full_match(stedi_like[2], '${plainPattern.replaceAll("'", "''")}')
      THEN ${limitSql('pattern-of-column', 'stedi_like[2]', 'true')}
      WHEN starts_with(stedi_like[2], '(?i)') AND NOT regexp_full_match(stedi_like[1] || stedi_like[2], '[\\x00-\\x7F]*', 's')
      THEN ${limitSql('letters-of-column', 'stedi_like[1]', 'true')}
      ELSE regexp_matches(stedi_like[1], replace(stedi_like[2], '$', '(?:\\n?\\z)')) END)[1]`,
  ],
};
