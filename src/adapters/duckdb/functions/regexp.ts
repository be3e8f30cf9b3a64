import { callSql, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { limitSql } from './engine-limits.js';
import { translatePattern, translateReplacement, type RegexpPattern } from './regexp-pattern.js';
import {
  literalInteger,
  literalString,
  refusal,
  rewrite,
  type Argument,
  type FunctionCall,
  type FunctionFamily,
  type FunctionRule,
  type Rewritten,
} from './rule.js';

/** What a function asks of its pattern. */
interface PatternNeeds {
  /** It goes on after a match, so that empty matches count. */
  readonly repeats: boolean;
  /** What is matched counts, not only where a match begins. */
  readonly text: boolean;
}

const notLiteral = 'a pattern is translated when it is written out as a string';

/** A function over a pattern that is a literal. `write` gets the text to search and the pattern. */
function withPattern(
  needs: PatternNeeds,
  write: (call: FunctionCall, value: Sql, pattern: RegexpPattern) => Rewritten,
): FunctionRule {
  return rewrite((call) => {
    const argument = call.arg(1);
    if (argument.type.kind === 'unknown') return { sql: raw('NULL'), type: call.type };
    const text = literalString(argument);
    if (text === undefined) return refusal(notLiteral, undefined, argument.syntax);
    const pattern = translatePattern(text, { takesFinalNewline: !needs.text });
    if ('refused' in pattern) {
      return refusal(
        `DuckDB's regular expressions do not have ${pattern.refused}`,
        undefined,
        argument.syntax,
      );
    }
    if (needs.repeats && pattern.canBeEmpty) {
      return refusal(
        'this pattern may match the empty text, after which DuckDB goes on in another way',
        undefined,
        argument.syntax,
      );
    }
    const searched = sql`CAST(${call.arg(0).sql} AS VARCHAR)`;
    const { differsOver } = pattern;
    const value =
      differsOver === undefined
        ? searched
        : macroCall('matched_alike', [searched, stringSql(`[${differsOver}]`)]);
    // Only in Java does $ match before a final line end; a text that has one fails rather than match otherwise.
    return write(
      call,
      pattern.hasEnd && needs.text ? macroCall('without_final_newline', [value]) : value,
      pattern,
    );
  });
}

/** The group asked for: 0 if the call names none. */
function groupNumber(argument: Argument | undefined, pattern: RegexpPattern): number | Rewritten {
  if (argument === undefined) return 0;
  const number = literalInteger(argument);
  if (number === undefined)
    return refusal('the group is to be a number', undefined, argument.syntax);
  if (number < 0 || number > pattern.groups.length) {
    return refusal(
      `the pattern has ${pattern.groups.length} groups, not ${number}`,
      undefined,
      argument.syntax,
    );
  }
  return number;
}

/** DuckDB gives '' for a group that took no part in the match, where Trino gives NULL. */
function tellsMissing(
  pattern: RegexpPattern,
  group: number,
): 'never-missing' | 'empty-is-missing' | 'unknown' {
  const found = pattern.groups[group - 1];
  if (found === undefined || found.always) return 'never-missing';
  return found.canBeEmpty ? 'unknown' : 'empty-is-missing';
}

function extract(call: FunctionCall, value: Sql, pattern: RegexpPattern): Rewritten {
  const group = groupNumber(call.args[2], pattern);
  if (typeof group !== 'number') return group;
  const missing = tellsMissing(pattern, group);
  if (missing === 'unknown') return refuseMissing(call);
  const text = stringSql(pattern.re2);
  const found = callSql('regexp_extract', [value, text, raw(String(group))]);
  const told = missing === 'empty-is-missing' ? callSql('nullif', [found, stringSql('')]) : found;
  return sql`CASE WHEN regexp_matches(${value}, ${text}) THEN ${told} END`;
}

function extractAll(call: FunctionCall, value: Sql, pattern: RegexpPattern): Rewritten {
  const group = groupNumber(call.args[2], pattern);
  if (typeof group !== 'number') return group;
  const missing = tellsMissing(pattern, group);
  if (missing === 'unknown') return refuseMissing(call);
  const all = callSql('regexp_extract_all', [value, stringSql(pattern.re2), raw(String(group))]);
  return missing === 'empty-is-missing' ? macroCall('empty_to_null', [all]) : all;
}

function refuseMissing(call: FunctionCall): Rewritten {
  return refusal(
    'DuckDB cannot tell whether this group is missing from a match or empty',
    undefined,
    call.args[2]?.syntax,
  );
}

function replace(call: FunctionCall, value: Sql, pattern: RegexpPattern): Rewritten {
  const argument = call.args[2];
  const text = stringSql(pattern.re2);
  if (argument === undefined)
    return callSql('regexp_replace', [value, text, stringSql(''), stringSql('g')]);
  if (argument.lambda !== undefined) {
    return refusal(
      'DuckDB cannot replace by a function',
      'use regexp_replace with $1, $2 …',
      argument.syntax,
    );
  }
  if (argument.type.kind === 'unknown') return { sql: raw('NULL'), type: call.type };
  const replacement = literalString(argument);
  if (replacement === undefined) {
    return refusal(
      'a replacement is translated when it is written out as a string',
      undefined,
      argument.syntax,
    );
  }
  const translated = translateReplacement(replacement, pattern);
  if (typeof translated !== 'string') {
    return refusal(`the replacement has ${translated.refused}`, undefined, argument.syntax);
  }
  return callSql('regexp_replace', [value, text, stringSql(translated), stringSql('g')]);
}

function position(call: FunctionCall, value: Sql, pattern: RegexpPattern): Rewritten {
  if (call.args.length > 2) {
    return refusal(
      'a start and an occurrence are not supported',
      'use substr and strpos',
      call.args[2]?.syntax,
    );
  }
  // What stands before the first match, if there is one.
  const before = stringSql(`^(?s:(.*?))(?:${pattern.re2})`);
  return sql`CASE WHEN regexp_matches(${value}, ${before}) THEN CAST(length(regexp_extract(${value}, ${before}, 1)) + 1 AS INTEGER) WHEN ${value} IS NOT NULL THEN -1 END`;
}

/** Regular expression functions of Trino's manual: Java's syntax there, RE2's in DuckDB. */
export const regexpFunctions: FunctionFamily = {
  name: 'regexp',
  rules: {
    regexp_count: withPattern(
      { repeats: true, text: true },
      (_call, value, { re2 }) =>
        sql`CAST(len(regexp_extract_all(${value}, ${stringSql(re2)})) AS BIGINT)`,
    ),
    regexp_extract: withPattern({ repeats: false, text: true }, extract),
    regexp_extract_all: withPattern({ repeats: true, text: true }, extractAll),
    regexp_like: withPattern({ repeats: false, text: false }, (_call, value, { re2 }) =>
      callSql('regexp_matches', [value, stringSql(re2)]),
    ),
    regexp_position: withPattern({ repeats: false, text: false }, position),
    regexp_replace: withPattern({ repeats: true, text: true }, replace),
    regexp_split: withPattern({ repeats: true, text: true }, (_call, value, { re2 }) =>
      callSql('regexp_split_to_array', [value, stringSql(re2)]),
    ),
  },
  macros: {
    matched_alike: [
      `(value, letters) AS CASE WHEN regexp_matches(regexp_replace(value, '[\\x00-\\x7F]+', '', 'g'), letters)
        THEN ${limitSql('letters', 'value', 'value')}
        ELSE value END`,
    ],
    without_final_newline: [
      `(value) AS CASE WHEN ends_with(value, chr(10))
        THEN ${limitSql('final-line-end', 'value', 'value')}
        ELSE value END`,
    ],
    empty_to_null: ["(texts) AS list_transform(texts, lambda stedi_text: nullif(stedi_text, ''))"],
  },
};
