import { readAnswers, type RecordedAnswer } from './trino-answers.js';

/**
 * Rows that Trino adds up in their order, and DuckDB in any: where bigints leave their range on the way, and not in the end, Trino
 * fails or not, as the order falls. (There always is an order in which it does not fail: after a sum that is not negative take a
 * number that is, if one is left, and the other way round.) Each such expression stands beside the same one over the same rows in
 * another order, to which Trino has an answer. That answer has to be DuckDB's for both.
 */
const otherOrders: ReadonlyMap<string, string> = new Map([
  [
    "(SELECT sum(x) FROM (VALUES (1, BIGINT '5'), (2, BIGINT '0'), (3, BIGINT '-1'), (4, BIGINT '9223372036854775807'), (5, BIGINT '-9223372036854775808'), (6, BIGINT '4294967296'), (7, CAST(NULL AS bigint)), (8, BIGINT '0')) AS t(k, x))",
    "(SELECT sum(x) FROM (VALUES (1, BIGINT '5'), (2, BIGINT '0'), (3, BIGINT '-1'), (5, BIGINT '-9223372036854775808'), (4, BIGINT '9223372036854775807'), (6, BIGINT '4294967296'), (7, CAST(NULL AS bigint)), (8, BIGINT '0')) AS t(k, x))",
  ],
  [
    "(SELECT sum(x) FROM (VALUES BIGINT '9223372036854775807', BIGINT '1', BIGINT '-1') AS t(x))",
    "(SELECT sum(x) FROM (VALUES BIGINT '9223372036854775807', BIGINT '-1', BIGINT '1') AS t(x))",
  ],
  [
    "(SELECT sum(x ORDER BY x) FROM (VALUES BIGINT '9223372036854775807', BIGINT '1', BIGINT '-1') AS t(x))",
    "(SELECT sum(x ORDER BY x) FROM (VALUES BIGINT '9223372036854775807', BIGINT '-1', BIGINT '1') AS t(x))",
  ],
]);

/**
 * Returns what DuckDB has to make of an expression: what Trino answered, or, where that hangs on the order of rows which it does
 * not hang on here, what Trino answered to the same rows in an order in which it has an answer.
 */
export function expectedAnswer(answer: RecordedAnswer): RecordedAnswer {
  const other = otherOrders.get(answer.expr);
  if (other === undefined || answer.error !== 'NUMERIC_VALUE_OUT_OF_RANGE') return answer;
  const found = readAnswers('aggregate').find(({ expr }) => expr === other);
  return found === undefined ? answer : { ...found, expr: answer.expr };
}
