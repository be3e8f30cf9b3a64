// Records Trino's answers: `npm run test:trino -- --record [family ...]`. Writes fixtures/trino-functions/<family>.json, whose
// expressions are written by hand, and generated/<family>.json, whose expressions table/ makes. Two runs give the same files.
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runStatement } from './client.mjs';
import { evaluateExpressions } from './evaluate.mjs';
import { printJson, writeLines } from './print-lines.mjs';
import { frameExpressions, orderExpressions } from './table/aggregates.mjs';
import { spread } from './table/arguments.mjs';
import { generateExpressions } from './table/index.mjs';
import { nestedExpressions } from './table/nested.mjs';

const folder = fileURLToPath(new URL('../../fixtures/trino-functions/', import.meta.url));

/** Asks twice, and returns the lines of a table with what Trino answered both times. */
async function answerLines(address, lines, report) {
  const asked = lines.filter(({ kept }) => kept === undefined);
  const failed = new Set(asked.filter(({ error }) => error !== undefined).map(({ expr }) => expr));
  const expressions = asked.map(({ expr }) => expr);
  const [first, second] = [
    await evaluateExpressions(address, expressions, (expr) => failed.has(expr)),
    await evaluateExpressions(address, expressions, (expr) => failed.has(expr)),
  ];
  const answers = new Map(
    asked.map(({ expr }, index) => {
      const { type, value, error } = first[index];
      const again = second[index];
      const isSame =
        printJson({ type, value, error }) ===
        printJson({ type: again.type, value: again.value, error: again.error });
      return [expr, isSame ? { type, value, error } : undefined];
    }),
  );
  return lines.flatMap((line) => {
    if (line.kept !== undefined) return [line];
    const { expr, functions } = line;
    const answer = answers.get(expr);
    if (answer === undefined) {
      report(`left out, two answers: ${expr}`);
      return [];
    }
    return [{ expr, ...answer, functions }];
  });
}

function readLines(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** What makes Trino fail by a fault of its own tells nothing, where calls are put together by chance. */
function isTelling({ expr, error }) {
  return error !== 'GENERIC_INTERNAL_ERROR' || !/TRY\(|ORDER BY k\) FROM/.test(expr);
}

/** Returns expressions that are in no table: `count` put together by chance with `seed`, and others of frames and of orders. */
function unrecordedExpressions({ count, seed }) {
  const functions = readLines(join(folder, 'functions.json'));
  const recorded = (family) => {
    const lines = readLines(join(folder, 'generated', `${family}.json`));
    return new Set(lines.map(({ expr }) => expr));
  };
  const others = (family, list) => {
    const known = recorded(family);
    const left = list.filter((expr) => !known.has(expr));
    // Not the same ones for each seed.
    const start = seed % Math.max(1, left.length);
    return spread([...left.slice(start), ...left.slice(0, start)], Math.ceil(count / 5));
  };
  return {
    nested: nestedExpressions(functions, { seed, count, depth: 2 + (seed % 2) }),
    frames: others('frames', frameExpressions()),
    orders: others('orders', orderExpressions()),
  };
}

/** Asks for expressions that are in no table, and writes what the server at `address` answers as families into `target`. */
export async function exploreAnswers(address, { count, seed, target, report = console.log }) {
  for (const [family, expressions] of Object.entries(unrecordedExpressions({ count, seed }))) {
    const answers = await evaluateExpressions(address, expressions);
    const lines = expressions.map((expr, index) => {
      const { type, value, error } = answers[index];
      return { expr, type, value, error };
    });
    writeLines(join(target, `${family}-${seed}.json`), lines.filter(isTelling));
    const failed = lines.filter(({ error }) => error !== undefined).length;
    report(`${family}: ${lines.length} expressions, ${failed} of them fail`);
  }
}

/** Returns the families whose expressions are written by hand. */
function listWritten() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'functions.json')
    .map((name) => name.replace('.json', ''));
}

/** Returns the names of all families, written by hand or made. */
export function listFamilies() {
  const made = readdirSync(join(folder, 'generated')).map((name) => name.replace('.json', ''));
  return [...new Set([...listWritten(), ...made])];
}

/**
 * Throws an error unless the server has the functions whose answers are recorded. One that was started before its plugins were
 * completed answers that there are none, and that would be recorded.
 */
export async function requireFunctions(address) {
  const { rows = [], message } = await runStatement(address, 'SHOW FUNCTIONS');
  const found = new Set(rows.map(([name]) => name.toLowerCase()));
  const missing = readLines(join(folder, 'functions.json'))
    .filter(({ kind }) => kind === 'scalar' || kind === 'aggregate' || kind === 'window')
    .map(({ name }) => name)
    .filter((name) => !found.has(name));
  if (missing.length === 0) return;
  throw new Error(
    `NO ANSWER WAS RECORDED: the Trino at ${address} does not have ${missing.slice(0, 5).join(', ')}` +
      `${missing.length > 5 ? ` and ${missing.length - 5} other functions` : ''}` +
      `${message === undefined ? '' : ` (${message})`}; stop it (npm run trino:stop), and run this again`,
  );
}

/** Records the families (all, if none is named) from the server at `address`; `report` takes lines for people. */
export async function recordAnswers(address, { families = [], report = console.log } = {}) {
  const isChosen = (family) => families.length === 0 || families.includes(family);
  for (const family of listWritten().filter(isChosen)) {
    const path = join(folder, `${family}.json`);
    const lines = await answerLines(address, readLines(path), report);
    writeLines(path, lines);
    report(`${family}: ${lines.length}`);
  }
  mkdirSync(join(folder, 'generated'), { recursive: true });
  const generated = generateExpressions(readLines(join(folder, 'functions.json')));
  for (const [family, expressions] of generated) {
    if (!isChosen(family) || expressions.length === 0) continue;
    const lines = await answerLines(
      address,
      expressions.map((expr) => ({ expr })),
      report,
    );
    writeLines(join(folder, 'generated', `${family}.json`), lines.filter(isTelling));
    report(`generated/${family}: ${lines.length}`);
  }
}
