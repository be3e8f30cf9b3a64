import { callSql, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { limitSql } from './engine-limits.js';
import { anyPatternMacros } from './regexp-any-pattern.js';
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

/** A function over a pattern that is a literal. `write` gets the text to search and the pattern; `writeAny` is for other patterns. */
function withPattern(
  needs: PatternNeeds,
  write: (call: FunctionCall, value: Sql, pattern: RegexpPattern) => Rewritten,
  writeAny?: (call: FunctionCall) => Rewritten,
): FunctionRule {
  return rewrite((call) => {
    const argument = call.arg(1);
    if (call.arg(0).type.kind === 'char') {
      return refusal('Athena has it for varchar alone', 'add a CAST', call.arg(0).syntax);
    }
    if (argument.type.kind === 'unknown') return { sql: raw('NULL'), type: call.type };
    const text = literalString(argument);
    if (text === undefined) {
      return writeAny?.(call) ?? refusal(notLiteral, undefined, argument.syntax);
    }
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
  if (argument.lambda !== undefined) return replaceByFunction(call, value, pattern);
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

/** Each match gives the texts of its groups to the function; what it returns stands in the match's place. */
function replaceByFunction(call: FunctionCall, value: Sql, pattern: RegexpPattern): Rewritten {
  const text = stringSql(pattern.re2);
  const missing = pattern.groups.map((_, index) => tellsMissing(pattern, index + 1));
  if (missing.includes('unknown')) {
    return refusal(
      'DuckDB cannot tell whether a group is missing from a match or empty',
      undefined,
      call.arg(1).syntax,
    );
  }
  return call.once(value, (searched) => {
    const all = (group: number): Sql =>
      callSql('regexp_extract_all', [searched, text, raw(String(group))]);
    const place = raw('stedi_match');
    const groups = missing.map((kind, index) => {
      const found = sql`list_extract(${all(index + 1)}, ${place})`;
      return kind === 'empty-is-missing' ? sql`nullif(${found}, '')` : found;
    });
    const list = sql`CAST([${groups}] AS VARCHAR[])`;
    const matches = sql`list_transform(generate_series(1, len(${all(0)})), lambda ${place}: ${list})`;
    const replaced = sql`list_transform(${matches}, ${call.arg(2).sql})`;
    const parts = callSql('regexp_split_to_array', [searched, text]);
    return sql`CASE WHEN ${searched} IS NOT NULL THEN ${macroCall('interleaved', [parts, replaced])} END`;
  });
}

/** regexp_position with a start: matches are counted from there, so nothing in the pattern may look at what stands before. */
function positionFrom(call: FunctionCall, value: Sql, pattern: RegexpPattern): Rewritten {
  const [, , start, occurrence] = call.args;
  if (start === undefined) return refusal('it takes a start');
  if (pattern.canBeEmpty) {
    return refusal(
      'with a start this pattern may match the empty text, after which DuckDB goes on in another way',
      undefined,
      call.arg(1).syntax,
    );
  }
  // ^ (not that of a class), \b, \B, \A and flags; $ because of line ends.
  const looksAround = /\^|\\[bBAzG]|\(\?[ims]/.test(pattern.re2.replaceAll('[^', ''));
  const isWhole = literalInteger(start) === 1 && !pattern.hasEnd;
  if (pattern.hasEnd || (looksAround && !isWhole)) {
    return refusal(
      'with a start, a pattern with ^, $ or \\b is not supported',
      'use substr and regexp_position without a start',
      call.arg(1).syntax,
    );
  }
  const text = stringSql(pattern.re2);
  return call.once(macroCall('text_from', [value, start.sql]), (searched) =>
    macroCall('match_position', [
      searched,
      callSql('regexp_extract_all', [searched, text]),
      callSql('regexp_split_to_array', [searched, text]),
      start.sql,
      occurrence?.sql ?? raw('1'),
    ]),
  );
}

function position(call: FunctionCall, value: Sql, pattern: RegexpPattern): Rewritten {
  if (call.args.length > 2) return positionFrom(call, value, pattern);
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
    regexp_like: withPattern(
      { repeats: false, text: false },
      (_call, value, { re2 }) => callSql('regexp_matches', [value, stringSql(re2)]),
      (call) =>
        macroCall(
          'like_plain_pattern',
          call.args.map((argument) => sql`CAST(${argument.sql} AS VARCHAR)`),
        ),
    ),
    regexp_position: withPattern({ repeats: false, text: false }, position),
    regexp_replace: withPattern({ repeats: true, text: true }, replace),
    regexp_split: withPattern({ repeats: true, text: true }, (_call, value, { re2 }) =>
      callSql('regexp_split_to_array', [value, stringSql(re2)]),
    ),
  },
  macros: {
    ...anyPatternMacros,
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
    // Parts of a text, and what stands between them.
    interleaved: [
      `(parts, joints) AS CASE WHEN len(list_filter(joints, lambda stedi_each: stedi_each IS NULL)) = 0
        THEN array_to_string(list_transform(list_zip(parts, joints || ['']), lambda stedi_both: stedi_both[1] || stedi_both[2]), '') END`,
    ],
    text_from: [
      `(value, start) AS CASE WHEN value IS NULL THEN NULL WHEN start < 1 THEN stedi_trino.fail('start position cannot be smaller than 1', value)
        ELSE substr(value, CAST(start AS BIGINT)) END`,
    ],
    match_position: [
      `(value, matches, parts, start, occurrence) AS CASE WHEN value IS NULL OR start IS NULL OR occurrence IS NULL THEN NULL
        WHEN occurrence < 1 THEN stedi_trino.fail('occurrence cannot be smaller than 1', CAST(0 AS INTEGER))
        WHEN occurrence > len(matches) THEN -1
        ELSE CAST(start + length(array_to_string(parts[1:occurrence] || matches[1:occurrence - 1], '')) AS INTEGER) END`,
    ],
    empty_to_null: ["(texts) AS list_transform(texts, lambda stedi_text: nullif(stedi_text, ''))"],
  },
};
