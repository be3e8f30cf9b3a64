/** What may differ from Trino. Nothing that gives another value in silence belongs here. */
interface KnownDifference {
  readonly why: string;
  /** DuckDB fails aloud, with such a message, where Trino has a value. */
  readonly failure?: RegExp;
  /** Trino fails with this error for such an expression, and DuckDB gives a value. */
  readonly lenient?: { readonly error: string; readonly expr: RegExp };
}

/** The list of what is known to differ; the page on Athena's SQL tells it to users. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    why: 'JSON that is cut off or faulty is an error; Athena reads it up to the fault',
    failure: /The text is not valid JSON \(Athena would read it/,
  },
  {
    why: '\\b, and (?i) with ss, st, ff, fi or fl, are errors on texts with letters that DuckDB does not know as such',
    failure: /Athena matches this text otherwise/,
  },
  {
    why: 'variances, skewness and kurtosis of values that are not finite are errors',
    failure: /Out of Range Error: [\w ]+ is out of range!/,
  },
  {
    why: 'decimals of more than 38 digits together are an error',
    failure:
      /Overflow in (multiplication|addition|subtraction) of (INT128|DECIMAL)|to type DECIMAL\(38,\d+\) failed|of DECIMAL\(\d+/,
  },
  {
    why: 'the least integer divided by -1 is an error',
    failure: /Overflow in division of -\d+ \/ -1/,
  },
  {
    why: 'a real beyond the integers is none; in Trino it is the greatest or the least',
    failure: /Type FLOAT with value \S+ can't be cast because the value is out of range/,
  },
  {
    why: 'intervals cannot be compared with ALL or ANY of a subquery',
    failure: /Unimplemented type for mark join/,
  },
  {
    why: 'the replacement must be a code point',
    failure: /Not a valid Unicode code point/,
  },
  {
    why: 'the time of a moment before 1970 is not rounded',
    failure: /The time of a moment before 1970/,
  },
  {
    why: 'arrays and rows with nulls inside have an order',
    lenient: { error: 'NOT_SUPPORTED', expr: /ORDER BY|PARTITION BY|least|greatest/i },
  },
  {
    why: 'lists of maps count as values that can be grouped',
    lenient: { error: 'NOT_SUPPORTED', expr: /PARTITION BY/ },
  },
  {
    why: 'what makes Trino fail with an internal error of its own has a value',
    lenient: { error: 'GENERIC_INTERNAL_ERROR', expr: /^element_at\(|\b(max|min)_by\(/ },
  },
  {
    why: 'a sum of bigints may leave their range on the way, not in the end',
    lenient: { error: 'NUMERIC_VALUE_OUT_OF_RANGE', expr: /\bsum\(/ },
  },
  {
    why: 'some functions of varchar take a char',
    lenient: { error: 'FUNCTION_NOT_FOUND', expr: /^(normalize|POSITION)\(.*AS char\(/ },
  },
  {
    why: 'a number of JSON beyond a bigint is true',
    lenient: {
      error: 'INVALID_CAST_ARGUMENT',
      expr: /^CAST\(JSON '12345678901234567890' AS boolean/,
    },
  },
  {
    why: 'the state of reduce may be a longer varchar than its lambda gives',
    lenient: { error: 'FUNCTION_NOT_FOUND', expr: /^reduce\(/ },
  },
];

/** Returns whether what DuckDB made of an expression, a value or `DuckDB: ` and a message, is one of the known differences. */
export function isKnownDifference(
  answer: { readonly expr: string; readonly error?: string },
  found: string,
): boolean {
  const fails = found.startsWith('DuckDB:');
  return knownDifferences.some(({ failure, lenient }) =>
    fails
      ? failure?.test(found) === true
      : lenient?.error === answer.error && lenient?.expr.test(answer.expr) === true,
  );
}
