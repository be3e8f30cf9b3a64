import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDuckDbDialect } from '../adapters/duckdb/dialect.js';
import { supportTables, type RecordedExpression } from '../adapters/duckdb/support-page.js';
import { generateFiles, type GeneratedFile } from '../project/generated-files.js';
import { diagnosticsPage, type DiagnosticExample } from '../report/pages/diagnostics-page.js';
import { createSqlToolkit } from '../sql/index.js';
import { targetTypes } from './engines.js';

/** Returns the golden cases of diagnostics by their code. */
function readExamples(root: string): ReadonlyMap<string, DiagnosticExample> {
  const folder = join(root, 'fixtures/diagnostics');
  const read = (code: string, name: string): string | undefined => {
    const file = join(folder, code, name);
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : undefined;
  };
  return new Map(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => [
        name,
        { command: read(name, 'command.txt'), printed: read(name, 'expected.txt') ?? '' },
      ]),
  );
}

/** Returns Trino's recorded answers, by family: to expressions written by hand, then to those that are made. */
function readExpressions(root: string): ReadonlyMap<string, readonly RecordedExpression[]> {
  const folder = join(root, 'fixtures/trino-functions');
  const limits = JSON.parse(
    readFileSync(join(folder, 'limits/engine-limits.json'), 'utf8'),
  ) as Readonly<Record<string, string>>;
  const found = new Map<string, readonly RecordedExpression[]>();
  for (const part of [folder, join(folder, 'generated')]) {
    const files = readdirSync(part).filter(
      (name) => name.endsWith('.json') && name !== 'functions.json',
    );
    for (const name of files.sort()) {
      const family = name.replace('.json', '');
      const text = readFileSync(join(part, name), 'utf8');
      const read = (JSON.parse(text) as readonly RecordedExpression[]).map((recorded) => {
        const limit = limits[recorded.expr];
        return limit === undefined ? recorded : { ...recorded, limit };
      });
      found.set(family, [...(found.get(family) ?? []), ...read]);
    }
  }
  return found;
}

/** Above this line a page is written by hand, below it by us. */
const generatedMark = '<!-- What follows is written by `npm run generate-schema`. -->';

function replaceGenerated(root: string, path: string, generated: string): GeneratedFile {
  const text = readFileSync(join(root, path), 'utf8');
  const end = text.indexOf(generatedMark);
  if (end < 0) throw new Error(`${path} lacks the line ${generatedMark}`);
  return { path, content: `${text.slice(0, end)}${generatedMark}\n\n${generated}\n` };
}

/**
 * Returns the files of the repository at `root` that are written from the code and the fixtures: JSON Schemas for editors and
 * pages of the documentation. A file that is partly written by hand keeps that part.
 */
export function collectGeneratedFiles(root: string): readonly GeneratedFile[] {
  const dialect = createDuckDbDialect(createSqlToolkit());
  return [
    ...generateFiles(targetTypes),
    { path: 'docs/diagnostics.md', content: diagnosticsPage(readExamples(root)) },
    replaceGenerated(root, 'docs/sql-support.md', supportTables(readExpressions(root), dialect)),
  ];
}
