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

/** Returns Trino's recorded answers, by family. */
function readExpressions(root: string): ReadonlyMap<string, readonly RecordedExpression[]> {
  const folder = join(root, 'fixtures/trino-functions');
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.json') && name !== 'functions.json',
  );
  return new Map(
    files.map((name) => [
      name.replace('.json', ''),
      JSON.parse(readFileSync(join(folder, name), 'utf8')) as readonly RecordedExpression[],
    ]),
  );
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
