import { runStatement } from './client.mjs';
import { holdsMap, readValue, spellMaps, typeName } from './read-answer.mjs';

/** So many expressions are asked in one statement. */
const batchSize = 24;

/** So many statements run at once. */
const lanes = 3;

/** Returns the answers to expressions that all have a value, or the error of one of them. */
async function evaluateTogether(address, expressions) {
  const asked = await runStatement(address, `SELECT ${expressions.join(',\n')}`);
  if (asked.error !== undefined) return asked;
  const types = asked.columns.map(({ typeSignature }) => typeSignature);
  if (types.length !== expressions.length || asked.rows.length !== 1)
    return { error: 'NOT_ONE_VALUE' };
  const row = asked.rows[0];
  const withMaps = types.flatMap((type, index) => (holdsMap(type) ? [index] : []));
  if (withMaps.length > 0) {
    const spelled = withMaps.map((index) => spellMaps(`v${index}`, types[index]));
    const inner = withMaps.map((index) => `${expressions[index]} AS v${index}`);
    const again = await runStatement(
      address,
      `SELECT ${spelled.join(', ')} FROM (SELECT ${inner.join(', ')})`,
    );
    if (again.error !== undefined) return again;
    withMaps.forEach((index, place) => (row[index] = again.rows[0][place]));
  }
  return {
    answers: types.map((type, index) => ({
      type: typeName(type),
      value: readValue(row[index], type),
    })),
  };
}

/** Returns the answers to a batch: where one fails, each half by itself. */
async function evaluateBatch(address, expressions) {
  const together = await evaluateTogether(address, expressions);
  if (together.answers) return together.answers;
  if (expressions.length === 1) return [{ error: together.error, message: together.message }];
  const middle = expressions.length >> 1;
  return [
    ...(await evaluateBatch(address, expressions.slice(0, middle))),
    ...(await evaluateBatch(address, expressions.slice(middle))),
  ];
}

/**
 * Returns Trino's answers to expressions, in their order: `{ type, value }` as fixtures/trino-functions/README.md says, or
 * `{ error, message }`. Those for which `mayFail` is true are asked one by one.
 */
export async function evaluateExpressions(address, expressions, mayFail = () => false) {
  const answers = new Array(expressions.length);
  const alone = [];
  const together = [];
  expressions.forEach((expression, index) => (mayFail(expression) ? alone : together).push(index));
  const batches = alone.map((index) => [index]);
  for (let start = 0; start < together.length; start += batchSize) {
    batches.push(together.slice(start, start + batchSize));
  }
  const work = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const found = await evaluateBatch(
        address,
        batch.map((index) => expressions[index]),
      );
      batch.forEach((index, place) => (answers[index] = found[place]));
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  return answers;
}
