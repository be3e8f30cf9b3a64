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
    why: 'variances, skewness and kurtosis of numbers whose squares are beyond the doubles are errors; in Athena they are infinite',
    failure: /Out of Range Error: [\w ]+ is out of range!/,
  },
  {
    why: 'decimals that take more than 38 digits on the way are an error, also where the result has fewer',
    failure:
      /Overflow in (multiplication|addition|subtraction) of (INT128|DECIMAL)|to type DECIMAL\(38,\d+\) failed|of DECIMAL\(\d+|The division takes more than the 38 digits/,
  },
  {
    why: 'what is made of a list that is written as NULL is an error where DuckDB loses its type',
    failure: /Binder Error: .*(?:"NULL"|struct_extract\(VARCHAR, )/,
  },
  {
    why: 'the time of a moment before 1970 is not rounded',
    failure: /The time of a moment before 1970/,
  },
  {
    why: 'sorting, grouping in a window, max and min of arrays and rows with a null inside are errors; in Athena only where it compares that null',
    failure: /(?:ARRAY|ROW) comparison not supported for/,
  },
  {
    why: 'max_by and min_by with a number of values are errors where a row is NULL; Athena fails on most of them, by a fault of its own',
    failure: /with a number of values does not take rows that are NULL/,
  },
  {
    why: 'a sum of bigints may leave their range on the way, not in the end; whether Athena fails there depends on the order of the rows, which nothing tells',
    lenient: { error: 'NUMERIC_VALUE_OUT_OF_RANGE', expr: /\bsum\(/ },
  },
  {
    why: 'an operand that fails is not asked where the other one is written as NULL; Athena asks it in TRY(NULL) alone',
    lenient: {
      error: 'INVALID_FUNCTION_ARGUMENT',
      expr: /^\(TRY\(CAST\(NULL AS varbinary\)\) \|\|/,
    },
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
