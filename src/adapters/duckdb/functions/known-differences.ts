/** What may differ from Trino: DuckDB fails aloud where Trino has a value. Another value, or one where Trino fails, is a fault. */
interface KnownDifference {
  readonly why: string;
  /** Such messages DuckDB fails with. */
  readonly failure: RegExp;
  /** The expressions in which it may: all, if left out. */
  readonly expr?: RegExp;
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
    failure: /Binder Error: .*(?:"NULL"|struct_extract\(VARCHAR, |"isnan\(STRING_LITERAL\)")/,
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
    why: 'max and min with a number of values are errors where a double is NaN or -0.0; in Athena their place hangs on the order of rows',
    failure: /with a number of values do not take NaN and -0\.0/,
  },
  {
    why: 'patterns that are not written out in the SQL are errors if they are not plain: look-ahead, \\b, nested classes and the like',
    failure:
      /A pattern that is not written out in the SQL may hold|a pattern that is not written out in the SQL matches ASCII/,
  },
  {
    why: 'IP addresses with a zone (fe80::1%1) or in digits of other scripts are errors',
    failure: /Addresses with a zone, or in other than ASCII digits, are not supported/,
  },
  {
    why: 'an operand that fails is an error also where the one before it is NULL, which keeps Athena from asking it',
    failure:
      /stedi_trino: (?:Division by zero|Invalid base32 input|Cannot cast '.*' to an array)|Type FLOAT with value \S+ can't be cast/,
    expr: /\bTRY\(|CAST\(NULL AS/,
  },
  {
    why: 'a sum of bigints OVER a window is an error where it leaves their range; in Athena it goes on from the other end, a fault of its own',
    failure: /Type INT128 with value -?\d+ can't be cast .* destination type INT64/,
  },
];

/** Returns whether what DuckDB made of an expression, `DuckDB: ` and a message, is one of the known differences. */
export function isKnownDifference(answer: { readonly expr: string }, found: string): boolean {
  return (
    found.startsWith('DuckDB:') &&
    knownDifferences.some(
      ({ failure, expr }) => failure.test(found) && expr?.test(answer.expr) !== false,
    )
  );
}
