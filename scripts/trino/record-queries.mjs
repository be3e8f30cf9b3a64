// Asks a Trino for whole queries, and writes its answers into fixtures/trino-queries/.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runStatement } from './client.mjs';
import { printJson, writeLines } from './print-lines.mjs';
import { readValue, typeName } from './read-answer.mjs';

const folder = fileURLToPath(new URL('../../fixtures/trino-queries/', import.meta.url));

/** So many queries run at once. */
const lanes = 3;

async function answerQuery(address, sql) {
  // Athena takes a semicolon at the end, Trino's protocol does not.
  const { columns, rows, error } = await runStatement(address, sql.replace(/;\s*$/, ''));
  if (error !== undefined) return { error };
  const types = columns.map(({ typeSignature }) => typeSignature);
  return {
    names: columns.map(({ name }) => name),
    types: types.map(typeName),
    rows: rows.map((row) => row.map((value, index) => readValue(value, types[index]))),
  };
}

/** Rows that nothing puts in order, in one order. */
function sortRows(sql, rows) {
  const text = (row) => printJson(row);
  return /order by [^)]*$/i.test(sql)
    ? rows
    : [...rows].sort((left, right) => (text(left) < text(right) ? -1 : 1));
}

function isSame(sql, left, right) {
  const plain = ({ names, types, rows, error }) =>
    printJson({ names, types, rows: rows && sortRows(sql, rows), error });
  return plain(left) === plain(right);
}

/** Returns the line with Trino's answer, as it was if that is the same; `undefined` if Trino answers in two ways. */
async function answerLine(address, line, report) {
  if (line.kept !== undefined) return line;
  const { sql } = line;
  const first = await answerQuery(address, sql);
  if (isSame(sql, line, first)) return line;
  if (isSame(sql, first, await answerQuery(address, sql))) {
    report(`new answer: ${sql}`);
    return { sql, ...first, ...(first.rows && { rows: sortRows(sql, first.rows) }) };
  }
  report(`left out, two answers: ${sql}`);
  return undefined;
}

/** Returns the names of all groups. */
export function listGroups() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace('.json', ''));
}

/** Records the groups (all, if none is named) from the server at `address`; `report` takes lines for people. */
export async function recordQueries(address, { groups = [], report = console.log } = {}) {
  for (const group of listGroups().filter((name) => groups.length === 0 || groups.includes(name))) {
    const path = join(folder, `${group}.json`);
    const lines = JSON.parse(readFileSync(path, 'utf8'));
    const answers = new Array(lines.length);
    const left = lines.map((_, index) => index);
    const work = async () => {
      for (let index = left.shift(); index !== undefined; index = left.shift())
        answers[index] = await answerLine(address, lines[index], report);
    };
    await Promise.all(Array.from({ length: lanes }, work));
    const found = answers.filter((line) => line !== undefined);
    writeLines(path, found);
    report(`queries/${group}: ${found.length}`);
  }
}
