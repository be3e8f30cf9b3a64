import { wordsOf, type Word } from './sql-words.js';

/**
 * Returns the value of an execution parameter as SQL. Measured: a value that reads as an expression without names of
 * columns stays that expression (`1 + 1`, `DATE '2020-01-01'`, `NULL`, `now()`); anything else is taken as a text (`abc`,
 * `it's`, a UUID). So `2024-01-01` is 2022 on Athena too.
 */
export function parameterSql(value: string): string {
  const words = wordsOf(value);
  return words !== undefined && isExpression(words) ? value : `'${value.replaceAll("'", "''")}'`;
}

const operators = new Set(['+', '-', '*', '/', '%', '||', '=', '<>', '!=', '<', '>', '<=', '>=']);
const constants = new Set(['NULL', 'TRUE', 'FALSE', 'CURRENT_DATE', 'CURRENT_TIMESTAMP']);
const typedLiterals = new Set(['DATE', 'TIME', 'TIMESTAMP', 'DECIMAL', 'X', 'JSON', 'VARCHAR']);
const logic = new Set(['AND', 'OR']);

/** Returns whether the words are operands with operators between them; not all of SQL's expressions, but the usual ones. */
function isExpression(words: readonly Word[]): boolean {
  const end = operand(words, 0);
  return end === words.length && words.length > 0;
}

/** Returns the position behind operands joined by operators; -1 if there is no such thing at `start`. */
function operand(words: readonly Word[], start: number): number {
  let position = oneOperand(words, start);
  while (position !== -1 && position < words.length && isOperator(words[position])) {
    position = oneOperand(words, position + 1);
  }
  return position;
}

function oneOperand(words: readonly Word[], start: number): number {
  const word = words[start];
  if (word === undefined) return -1;
  if (word.kind === 'number' || word.kind === 'text') return start + 1;
  if (word.text === '-' || word.text === '+') return oneOperand(words, start + 1);
  if (word.text === '(') return closed(words, operandList(words, start + 1), ')');
  if (word.kind !== 'name') return -1;
  const name = word.text.toUpperCase();
  if (constants.has(name)) return start + 1;
  if (name === 'NOT') return oneOperand(words, start + 1);
  const next = words[start + 1];
  if (typedLiterals.has(name) && next?.kind === 'text') return start + 2;
  if (name === 'ARRAY' && next?.text === '[') {
    return closed(words, operandList(words, start + 2), ']');
  }
  if (name === 'CAST' && next?.text === '(') return cast(words, start + 2);
  if (next?.text === '(') return closed(words, operandList(words, start + 2), ')');
  return -1;
}

/** `CAST(value AS type)`: any words may name the type. */
function cast(words: readonly Word[], start: number): number {
  const behind = operand(words, start);
  if (behind === -1 || words[behind]?.text.toUpperCase() !== 'AS') return -1;
  let depth = 1;
  for (let position = behind + 1; position < words.length; position += 1) {
    if (words[position]?.text === '(') depth += 1;
    if (words[position]?.text === ')') depth -= 1;
    if (depth === 0) return position + 1;
  }
  return -1;
}

/** Returns the position behind none or more operands with commas between them. */
function operandList(words: readonly Word[], start: number): number {
  let position = operand(words, start);
  if (position === -1) return start;
  while (position !== -1 && words[position]?.text === ',') position = operand(words, position + 1);
  return position;
}

function closed(words: readonly Word[], position: number, bracket: string): number {
  return position !== -1 && words[position]?.text === bracket ? position + 1 : -1;
}

function isOperator(word: Word | undefined): boolean {
  if (word === undefined) return false;
  return word.kind === 'symbol' ? operators.has(word.text) : logic.has(word.text.toUpperCase());
}
