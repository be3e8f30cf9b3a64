import { limitSql } from './engine-limits.js';

const zonePattern = `(UTC|Z|[+-]\\d{2}:?\\d{2}|[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z0-9_+-]*)+)`;
const datePattern = `[+-]?\\d+-\\d{1,2}-\\d{1,2}`;
const timePattern = `(?:[01]?\\d|2[0-3]):\\d{1,2}(?::\\d{1,2}(?:\\.\\d+)?)?`;

/**
 * Macros for casts to dates and times. Text is checked first: DuckDB reads forms that Trino does not ('2020/01/01').
 * `step` is the last digit of the target in microseconds. Those named any_ choose by the type that DuckDB knows (call them
 * by `openMacroCall`).
 */
export const datetimeCastMacros: Readonly<Record<string, readonly string[]>> = {
  text_to_date: [
    `(x) AS CASE WHEN regexp_full_match(x, '\\s*${datePattern}\\s*') THEN CAST(ltrim(trim(x), '+') AS DATE)
      WHEN x IS NOT NULL THEN stedi_trino.fail('Value cannot be cast to date: ' || x, DATE '1970-01-01') END`,
  ],
  text_to_timestamp: [
    // A local time that a change of clocks leaves out is shown as Trino shows it.
    `(x, step) AS stedi_trino.round_timestamp(CASE WHEN contains(x, '/')
      THEN timezone(regexp_extract(x, '[A-Z].*[^ ]'),
        stedi_trino.zoned_instant(stedi_trino.read_timestamp(x), regexp_extract(x, '[A-Z].*[^ ]')))
      ELSE stedi_trino.read_timestamp(x) END, step)`,
  ],
  text_to_instant: [
    `(x, step) AS stedi_trino.round_instant(stedi_trino.parsed_instant(stedi_trino.read_timestamp(x),
      coalesce(nullif(regexp_extract(x, ' (?:${timePattern})?\\s*${zonePattern}\\s*$', 1), ''), 'UTC')), step)`,
  ],
  text_to_clock: [
    `(x, step) AS CASE WHEN regexp_full_match(x, '${timePattern}')
      THEN stedi_trino.round_clock(CAST(TIME '00:00:00' + stedi_trino.clock_interval(x) AS TIME), step)
      WHEN x IS NOT NULL THEN stedi_trino.fail('Value cannot be cast to time: ' || x, TIME '00:00:00') END`,
  ],
  // The usual form comes first. A zone in the text must be one, and is left out.
  read_timestamp: [
    `(x) AS CASE WHEN regexp_full_match(x, '\\d{4}-\\d{2}-\\d{2}( ([01]\\d|2[0-3]):\\d{2}:\\d{2}(\\.\\d{1,6})?)?') THEN CAST(x AS TIMESTAMP)
      WHEN regexp_full_match(x, '\\s*${datePattern}( (${timePattern})?(\\s*${zonePattern})?)?\\s*')
      THEN CASE WHEN contains(x, '/') AND timezone(regexp_extract(x, '[A-Z].*[^ ]'), TIMESTAMP '2000-01-01 00:00:00') IS NULL
        THEN NULL ELSE CAST(ltrim(regexp_extract(x, '${datePattern}'), '+') AS TIMESTAMP)
        + stedi_trino.clock_interval(regexp_extract(x, ' (${timePattern})', 1)) END
      WHEN x IS NOT NULL THEN stedi_trino.fail('Value cannot be cast to timestamp: ' || x, TIMESTAMP '1970-01-01') END`,
  ],
  // DuckDB drops the digits after the sixth; the seventh rounds.
  clock_interval: [
    `(text) AS CASE WHEN text = '' THEN to_microseconds(0) ELSE to_microseconds(epoch_us(CAST(
        regexp_extract(text, '^[^.]*') AS TIME)) + CAST(rpad(left(regexp_extract(text, '\\.(\\d+)', 1), 6), 6, '0') AS BIGINT)
        + CAST(regexp_matches(text, '\\.\\d{6}[5-9]') AS BIGINT)) END`,
  ],
  any_to_date: [
    '(x DATE) AS x',
    '(x TIMESTAMP) AS CAST(x AS DATE)',
    `(x TIMESTAMPTZ) AS CAST(timezone('UTC', x) AS DATE)`,
    '(x VARCHAR) AS stedi_trino.text_to_date(x)',
  ],
  any_to_timestamp: [
    '(step, x DATE) AS CAST(x AS TIMESTAMP)',
    '(step, x TIMESTAMP) AS stedi_trino.round_timestamp(x, step)',
    `(step, x TIMESTAMPTZ) AS stedi_trino.round_timestamp(timezone('UTC', x), step)`,
    '(step, x VARCHAR) AS stedi_trino.text_to_timestamp(x, step)',
  ],
  any_to_instant: [
    `(step, x DATE) AS timezone('UTC', CAST(x AS TIMESTAMP))`,
    `(step, x TIMESTAMP) AS timezone('UTC', stedi_trino.round_timestamp(x, step))`,
    '(step, x TIMESTAMPTZ) AS stedi_trino.round_instant(x, step)',
    '(step, x VARCHAR) AS stedi_trino.text_to_instant(x, step)',
  ],
  clock_of_instant: [`(t, step) AS CAST(stedi_trino.round_timestamp(t, step) AS TIME)`],
  // Trino takes the second before, or fails.
  clock_of_moment: [
    `(t, step) AS CASE WHEN t < TIMESTAMP '1970-01-01' AND epoch_us(t) % step <> 0
      THEN ${limitSql('early-times', 'CAST(t AS VARCHAR)', "TIME '00:00:00'")}
      ELSE stedi_trino.clock_of_instant(t, step) END`,
  ],
  any_to_clock: [
    '(step, x TIME) AS stedi_trino.round_clock(x, step)',
    '(step, x TIMESTAMP) AS stedi_trino.clock_of_moment(x, step)',
    `(step, x TIMESTAMPTZ) AS stedi_trino.clock_of_instant(timezone('UTC', x), step)`,
    '(step, x VARCHAR) AS stedi_trino.text_to_clock(x, step)',
  ],
};
