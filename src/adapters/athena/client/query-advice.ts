import type { DiagnosticCode } from '../../../core/diagnostic-codes.js';

/** The next step after a kind of failure; the code where it differs from `engine-error`. */
interface QueryAdvice {
  readonly hint: string;
  readonly code?: DiagnosticCode;
}

interface Rule extends QueryAdvice {
  /** The name that the reason begins with, or words of it. */
  readonly reason?: RegExp;
  /** Error types, from and to (Athena User Guide, "Athena error reference"). */
  readonly types?: readonly (readonly [number, number])[];
}

const castHint = 'TRY_CAST(… AS …) gives NULL for values that cannot be cast';
const repairHint =
  'a table that is read was changed while the query ran; run the command again, and keep other tools from replacing its files';

/** The first that fits counts: names say more than types. */
const rules: readonly Rule[] = [
  {
    reason: /TABLE_NOT_FOUND|Table '?.*'? does not exist|VIEW_NOT_FOUND/,
    types: [[1110, 1110]],
    hint: "if it is a model, refer to it with {{ ref('…') }} and build it first; if it comes from elsewhere, check its name, its schema, and that you may see it",
  },
  {
    reason: /SCHEMA_NOT_FOUND/,
    hint: "check the schema's name; 'stedi-sql build' creates the schemas of models, not those of sources",
  },
  {
    reason: /COLUMN_NOT_FOUND/,
    hint: "check the column's name, and in Lake Formation that you may see the column: Athena does not tell the two apart",
  },
  {
    reason: /TOO_MANY_OPEN_PARTITIONS/,
    hint: "one statement writes at most 100 partitions (times buckets): set 'partitions_limit' of the target or model to 100 or less, or partition more coarsely",
  },
  {
    reason: /HIVE_PATH_ALREADY_EXISTS|Cannot create a table on a non-empty location/,
    hint: 'something else has written to the folder meant for this table; run the command again, every attempt takes a new folder',
  },
  {
    // Athena's words, and those of Trino itself.
    reason: /CONSTRAINT_VIOLATION.*injected|Injected projection requires/i,
    hint: "a table whose partition column is injected is read with a condition on that column (=, IN): add it to the query, or as 'where' to the data test",
  },
  {
    reason: /HIVE_PARTITION_SCHEMA_MISMATCH/,
    hint: 'partitions have other columns than their table: build the model with --full-refresh',
  },
  {
    reason: /HIVE_BAD_DATA|HIVE_INVALID_METADATA|JSONException|not a valid JSON/i,
    hint: "a file does not hold what the table declares; correct the file, or the model's columns and format",
  },
  { reason: /HIVE_CURSOR_ERROR|HIVE_FILESYSTEM_ERROR/, hint: repairHint },
  {
    reason: /VIEW_IS_STALE|INVALID_VIEW/,
    types: [[1107, 1107]],
    hint: 'a table that the view reads has changed: build the view again',
  },
  {
    reason: /MERGE_TARGET_ROW_MULTIPLE_MATCHES|matched more than one source row/i,
    hint: "the model's query has several rows for one 'unique_key': make it unique, for instance with row_number()",
  },
  { reason: /INVALID_CAST_ARGUMENT/, hint: castHint },
  {
    reason: /DIVISION_BY_ZERO/,
    hint: 'NULLIF(…, 0) as the divisor gives NULL in place of the error',
  },
  {
    reason:
      /Unsupported Hive type|Incorrect timestamp precision|Timestamp precision \(\d+\) not supported/,
    hint: 'no table can store this type: cast the column in the query, for instance to varchar or timestamp',
  },
  {
    reason: /ICEBERG_COMMIT_ERROR/,
    hint: 'other writers of the table were faster, again and again; run the command when they have ended',
  },
  {
    types: [[1402, 1402]],
    hint: 'the Glue table has too many versions: delete old ones (aws glue batch-delete-table-version), or ask AWS for a higher quota',
  },
  {
    types: [[1400, 1406]],
    code: 'engine-throttled',
    hint: "Athena was throttled by a service below it; run the command again later, or lower 'threads'",
  },
  {
    reason: /EXCEEDED_\w*LIMIT|exhausted resources|insufficient resources/i,
    types: [[0, 8]],
    code: 'query-limit',
    hint: 'the query needs more memory than Athena gives: read fewer columns and partitions, avoid ORDER BY and cross joins, or split the model',
  },
  {
    reason: /query timeout|exceeded the maximum .*time|Query exhausted.*time/i,
    types: [
      [206, 206],
      [210, 210],
    ],
    code: 'query-limit',
    hint: "the query took longer than the account's limit: read less, split the model, or ask AWS for a higher DML or DDL timeout",
  },
  {
    reason: /Access Denied when writing|access denied|Insufficient permissions|AccessDenied/i,
    types: [[1500, 1501]],
    code: 'access-denied',
    hint: "allow what the message names; 'stedi-sql iam-policy' prints the policy that this project needs",
  },
  {
    reason: /output location|staging directory|results? location/i,
    types: [[1109, 1109]],
    code: 'workgroup-invalid',
    hint: "check 's3_staging_dir' and 's3_data_dir' of the target: the bucket must be there, in the target's region",
  },
  {
    types: [
      [100, 100],
      [200, 205],
      [207, 209],
      [211, 232],
      [300, 303],
      [400, 402],
      [9999, 9999],
    ],
    hint: "Athena failed, not the query: run the command again; if it stays, give AWS's support the query's id",
  },
];

function fits({ reason: pattern, types }: Rule, reason: string, type: number | undefined): boolean {
  if (pattern?.test(reason) === true) return true;
  return type !== undefined && (types ?? []).some(([from, to]) => from <= type && type <= to);
}

/** Returns the next step after a failed query, or `undefined` where the reason says enough. */
export function findQueryAdvice({
  reason,
  type,
}: {
  readonly reason: string;
  readonly type: number | undefined;
}): QueryAdvice | undefined {
  return (
    rules.find((rule) => rule.reason?.test(reason) === true) ??
    rules.find((rule) => fits(rule, reason, type))
  );
}
