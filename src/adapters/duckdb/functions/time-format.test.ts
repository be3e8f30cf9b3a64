import { describe, expect, it } from 'vitest';
import { readJodaFormat, readMySqlFormat } from './time-format.js';
import { compileFormat, findConflict } from './time-pattern.js';

/** The regular expression and the fields of a format. */
function compile(read: ReturnType<typeof readMySqlFormat>): readonly string[] | string {
  if ('problem' in read) return read.problem;
  const compiled = compileFormat(read.parts);
  if ('refusal' in compiled) return compiled.refusal.reason;
  return findConflict(compiled.fields) ?? [compiled.pattern, ...compiled.fields];
}

describe('formats of date_parse', () => {
  it.each([
    ['%Y-%m', ['^(([+-]?\\d{1,4})-(\\d{1,2}))$', 'year', 'month']],
    // A field that digits follow takes all the digits it may: Joda-Time does not go back.
    ['%Y%m%d', ['^(([+-]?\\d{4})(\\d{2})(\\d{1,2}))$', 'year', 'month', 'day']],
    ['%yT', ['^((\\d{2})(?i:T))$', 'short-year']],
    ['a.b', ['^((?i:a\\.b))$']],
    ['%X', 'Athena does not support %X'],
    ['%Y %', 'the format ends in %'],
    ['', 'the format is empty'],
    ['%d %e', 'its format has two parts for the day'],
    ['%Y %v', 'its format mixes weeks with other parts of a date'],
    ['%j', 'its format mixes the day of the year with other parts of a date'],
    ['%W', 'its format has a day of the week without a date'],
  ])('%s', (format, expected) => {
    expect(compile(readMySqlFormat(format))).toEqual(expected);
  });
});

describe('formats of parse_datetime', () => {
  it.each([
    [
      "yyyy-MM-dd'T'HH",
      ['^(([+-]?\\d{1,9})-(\\d{1,2})-(\\d{1,2})(?i:T)(\\d{1,2}))$', 'year', 'month', 'day', 'hour'],
    ],
    ['yyyyMMdd', ['^(([+-]?\\d{4})(\\d{2})(\\d{1,2}))$', 'year', 'month', 'day']],
    ["h 'o''clock' ''", ["^((\\d{1,2})(?i: o'clock '))$", 'half-clock-hour']],
    ['HH Z', ['^((\\d{1,2}) ([Zz]|[+-]\\d{2}(?::?\\d{2})?))$', 'hour', 'zone']],
    ['yyyy b', "'b' is no letter of a pattern"],
    ['yyyy G', 'its format has a part (era, century, zone name) that is not supported'],
  ])('%s', (format, expected) => {
    expect(compile(readJodaFormat(format))).toEqual(expected);
  });
});
