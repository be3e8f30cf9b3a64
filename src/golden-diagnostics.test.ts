import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadProjectGraph } from './cli/load-project-graph.js';
import { diagnosticCodes } from './core/diagnostic-codes.js';
import { formatDiagnostics } from './report/diagnostics/format-diagnostic.js';

/**
 * fixtures/diagnostics/<code>/ holds a small `project/` that gives the code, the text that people see in `expected.txt`,
 * and in `case.json` the `vars` and `target` of the command line, if any. `vitest -u` writes the texts.
 */
const folder = fileURLToPath(new URL('../fixtures/diagnostics', import.meta.url));

interface Case {
  readonly vars?: string;
  readonly target?: string;
}

function readCase(code: string): Case {
  const file = join(folder, code, 'case.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case) : {};
}

describe('the diagnostics of loading, parsing and resolving a project', () => {
  it.each(readdirSync(folder))('%s', async (code) => {
    const root = join(folder, code, 'project');
    const { vars, target } = readCase(code);
    const { diagnostics } = await loadProjectGraph({
      cwd: root,
      projectDir: root,
      varsText: vars,
      targetName: target,
      env: {},
    });
    expect(Object.keys(diagnosticCodes)).toContain(code);
    expect(diagnostics.map((each) => each.code)).toContain(code);
    const text = formatDiagnostics(diagnostics, { color: false }).replaceAll(root, '<project>');
    await expect(`${text}\n`).toMatchFileSnapshot(join(folder, code, 'expected.txt'));
  });
});
