// Records Trino's answers: `npm run test:trino -- --record [family ...]`. Writes fixtures/trino-functions/<family>.json, whose
// expressions are written by hand, and generated/<family>.json, whose expressions table/ makes. Two runs give the same files.
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateExpressions } from './evaluate.mjs';
import { printJson, writeLines } from './print-lines.mjs';
import { generateExpressions } from './table/index.mjs';

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

/** Records the families (all, if none is named) from the server at `address`; `report` takes lines for people. */
export async function recordAnswers(address, { families = [], report = console.log } = {}) {
  const isChosen = (family) => families.length === 0 || families.includes(family);
  const written = readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'functions.json')
    .map((name) => name.replace('.json', ''));
  for (const family of written.filter(isChosen)) {
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
    writeLines(join(folder, 'generated', `${family}.json`), lines);
    report(`generated/${family}: ${lines.length}`);
  }
}
