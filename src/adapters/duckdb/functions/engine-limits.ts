/**
 * What DuckDB cannot compute and Athena can, as far as only the values tell. It ends a query with `engine-limit`, never with
 * another result; TRY does not make NULL of it. What can be seen in the SQL is refused before anything runs.
 */
export interface EngineLimit {
  /** What happened, one clause: "DuckDB cannot compute this value, which Athena has: …". */
  readonly what: string;
  /** The next step, in the SQL. Running the model on Athena is always another. */
  readonly nextStep: string;
  /** DuckDB's own message, where no macro of ours finds the value before: matched against the error's reason. */
  readonly raw?: RegExp;
}

/** The limits by name. Macros end a query by `stedi_trino.limit('name', detail, value)`. */
export const engineLimits = {
  'faulty-json': {
    what: 'the JSON is cut off or faulty, and Athena reads it up to the fault',
    nextStep: 'put the text through TRY(json_parse(…)), which is NULL where it is faulty',
  },
  'json-keys': {
    what: 'a key occurs twice in the JSON, of which Athena takes the last',
    nextStep: 'correct the JSON where it is written',
  },
  'json-infinite': {
    what: 'a method of a JSON path meets NaN or infinity, which JSON does not have, or a hexadecimal number',
    nextStep: 'leave such numbers out by a filter: ?(@ < 1e308)',
  },
  letters: {
    what: String.raw`the text has letters that DuckDB does not take for such at \b or with (?i)`,
    nextStep: String.raw`write classes of characters for \b, and lower(…) for (?i)`,
  },
  'final-line-end': {
    what: 'the text ends in a line end, before which $ matches on Athena',
    nextStep: 'trim the text',
  },
  variance: {
    what: 'squares or higher powers of the numbers are beyond the doubles; on Athena the result is infinite or not a number',
    nextStep: 'divide the numbers by a power of ten before',
    raw: /^(?:VARPOP|VARSAMP|STDDEV_POP|STDDEV_SAMP|STDDEVPOP|STDDEVSAMP|STDDEV|SKEW|SKEWNESS|KURTOSIS|KURTOSIS_POP|CORR|COVAR\w*|REGR\w*) is out of range|^Out of range of kurtosis/i,
  },
  digits: {
    what: 'a decimal takes more than 38 digits; Athena has a value where these are on the way only',
    nextStep: 'cast to shorter decimals',
    raw: /^Casting value .* to type DECIMAL\(38,\s?\d+\) failed|^Overflow in (?:multiplication|addition|subtraction) of (?:INT128|DECIMAL\(\d+)/,
  },
  'null-inside': {
    what: 'arrays or rows with a null inside are ordered, which Athena does as long as it does not compare that null',
    nextStep: 'leave out values with a null inside, or order by their parts',
  },
  'null-rows': {
    what: 'max_by and min_by with a number of values meet a row that is NULL; Athena fails on most of them, by a fault of its own',
    nextStep: 'leave them out: FILTER (WHERE … IS NOT NULL)',
  },
  'unordered-doubles': {
    what: 'max and min with a number of values meet NaN or -0.0, whose place on Athena hangs on the order of rows',
    nextStep: 'leave them out in the WHERE of a query inside',
  },
  'pattern-of-column': {
    what: 'a pattern that is not written out in the SQL has more than plain characters, classes, groups and quantifiers',
    nextStep: 'write the pattern as text, with CASE for several',
  },
  'letters-of-column': {
    what: 'a pattern with (?i) that is not written out in the SQL meets a text that is not ASCII',
    nextStep: 'write the pattern as text, with CASE for several',
  },
  'ip-zone': {
    what: 'an IP address has a zone, or digits other than ASCII',
    nextStep: "leave the zone out: split_part(…, '%', 1)",
  },
  'wrapped-sum': {
    what: 'a sum of bigints OVER a window leaves their range; Athena goes on from the other end, by a fault of its own',
    nextStep: 'cast to decimal(38, 0) before',
  },
  'nan-quantified': {
    what: 'NaN meets ANY or ALL of a subquery',
    nextStep: 'leave it out of both sides',
  },
  'open-type': {
    what: 'the value turns out to have a type that was not known when the SQL was translated',
    nextStep: 'say the type: CAST(… AS type)',
  },
  'early-dates': {
    what: 'dates before the year 1 are formatted',
    nextStep: 'leave them out, or put year, month and day together',
  },
  'joined-letters': {
    what: 'soundex does not know letters that are several in one',
    nextStep: 'replace them by the letters that they stand for',
  },
  'other-digits': {
    what: 'digits of other scripts are not read as a size',
    nextStep: 'translate() them to 0 to 9',
  },
  'failing-operand': {
    what: 'an operand fails beside a NULL; Athena evaluates it in one query and leaves it out in another',
    nextStep: 'guard it with CASE WHEN … IS NOT NULL THEN',
  },
  'tile-edge': {
    what: 'a place lies on the edge between two tiles, as far as a double can tell',
    nextStep: 'round the latitude to fewer digits',
  },
  geometry: {
    what: 'a geometry is no plain point, line or polygon, or several of them: it has Z or M, is a collection, has a line of one point, or a ring that crosses itself or has no area',
    nextStep: 'leave such geometries out, or correct them where they are written',
  },
  'geometry-touch': {
    what: 'geometries touch, or come so near that the last digits decide',
    nextStep: 'compare their ST_Distance, or their areas, with a bound of your own',
  },
  'geometry-nearest': {
    what: 'the nearest points of a polygon, or of two lines, are asked for',
    nextStep: 'take the ST_Points of one side',
  },
  'histogram-rows': {
    what: 'numeric_histogram meets a hundred rows more than it has buckets, or numbers that are no plain ones; which ones Athena merges hangs on their order',
    nextStep: 'GROUP BY width_bucket(…)',
  },
  'line-points': {
    what: 'more than a thousand points of a line are asked for',
    nextStep: 'take a fraction of 0.001 or more',
  },
  'early-times': {
    what: 'the time of a timestamp before 1970 is rounded; Athena gives the second before, by a fault of its own',
    nextStep:
      "cut the timestamp off by date_trunc('second', …) before, or take it AT TIME ZONE 'UTC'",
  },
  moments: {
    what: 'the moment is outside of what DuckDB holds, the years -290307 to 294246',
    nextStep: 'leave such values out',
    raw: /not in timestamp range|^Could not convert (?:DATE|TIMESTAMP)|Overflow in (?:date|timestamp)|(?:Date|Timestamp|Date and time) (?:is )?out of range/i,
  },
} as const satisfies Readonly<Record<string, EngineLimit>>;

/** The name of a limit. */
export type EngineLimitName = keyof typeof engineLimits;

/** A macro's call that ends the query, in SQL: `detail` is an expression of text; the call counts as of the type of `value`. */
export function limitSql(name: EngineLimitName, detail: string, value: string): string {
  return `stedi_trino.limit('${name}', ${detail}, ${value})`;
}

const limits: Readonly<Record<string, EngineLimit>> = engineLimits;

/** A limit that an error tells of. */
export interface MetLimit {
  readonly name: string;
  readonly limit: EngineLimit;
  /** The value or the like; empty if the message holds none. */
  readonly detail: string;
}

/** Reads what a call of `limit` says: `name: detail`. */
export function readLimit(message: string): MetLimit | undefined {
  const [, name = '', detail = ''] = /^([\w-]+): (.*)$/s.exec(message) ?? [];
  const limit = limits[name];
  return limit && { name, limit, detail };
}

/** Finds the limit that a message of DuckDB's own is a sign of. */
export function findRawLimit(reason: string): MetLimit | undefined {
  const found = Object.entries(limits).find(([, { raw }]) => raw?.test(reason) === true);
  return found && { name: found[0], limit: found[1], detail: reason };
}
