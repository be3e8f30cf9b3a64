import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadProjectGraph } from './cli/load-project-graph.js';
import { diagnosticCodes } from './core/diagnostic-codes.js';
import { formatDiagnostics } from './report/diagnostics/format-diagnostic.js';

/**
 * fixtures/diagnostics/<code>/ holds a small `project/` that gives the code, the text that people see in `expected.txt`,
 * and in `case.json` the `vars` and `target` of the command line, if any. `vitest -u` writes the texts. Cases with a
 * `command.txt` run through the built command: e2e/golden-diagnostics.test.ts. See fixtures/diagnostics/README.md.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'fixtures/diagnostics');

const cases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Codes that no small project gives, and the test that holds their message. */
const testedElsewhere: Readonly<Record<string, string>> = {
  // DuckDB can do all that a model may ask for.
  'capability-missing': 'src/plan/plan-run.test.ts',
  'disk-full': 'src/land/file-error.test.ts',
  // They take an engine that refuses.
  'engine-throttled': 'src/adapters/athena/client/api-failure.test.ts',
  'engine-unreachable': 'src/adapters/athena/client/api-failure.test.ts',
  'credentials-missing': 'src/adapters/athena/client/api-failure.test.ts',
  'credentials-expired': 'src/adapters/athena/client/api-failure.test.ts',
  'access-denied': 'src/adapters/athena/client/api-failure.test.ts',
  'workgroup-invalid': 'src/adapters/athena/client/api-failure.test.ts',
  'query-limit': 'src/adapters/athena/client/query-failure.test.ts',
  // It takes another state.
  'contract-broken': 'src/graph/state/find-breaking-changes.test.ts',
  // It takes a file of more than 16 MB.
  'land-large-records': 'src/land/land-files.test.ts',
  // They take a lakehouse.
  'relation-not-owned': 'src/adapters/athena/dialect.test.ts',
  'publish-conflict': 'src/adapters/athena/session.test.ts',
  'type-not-storable': 'src/adapters/athena/dialect.test.ts',
  // It takes a hub that is not there.
  'package-unreachable': 'e2e/dbt-project.test.ts',
  // It takes an engine that limits its statements.
  'seed-too-large': 'src/compile/compile-seed.test.ts',
  // It takes a table that an earlier run built.
  'incremental-columns': 'src/plan/plan-run.test.ts',
  'clone-skipped': 'src/cli/clone-nodes.test.ts',
  'snapshot-table-invalid': 'src/plan/materializations/snapshot.test.ts',
};

interface Case {
  readonly vars?: string;
  readonly target?: string;
}

function readCase(code: string): Case {
  const file = join(folder, code, 'case.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case) : {};
}

describe('the diagnostics of loading, parsing and resolving a project', () => {
  it.each(cases.filter((code) => !existsSync(join(folder, code, 'command.txt'))))(
    '%s',
    async (code) => {
      const projectDir = join(folder, code, 'project');
      const { vars, target } = readCase(code);
      const { diagnostics } = await loadProjectGraph({
        cwd: projectDir,
        projectDir,
        varsText: vars,
        targetName: target,
        env: {},
      });
      expect(diagnostics.map((each) => each.code)).toContain(code);
      const text = formatDiagnostics(diagnostics, { color: false });
      await expect(`${text.replaceAll(projectDir, '<project>')}\n`).toMatchFileSnapshot(
        join(folder, code, 'expected.txt'),
      );
    },
  );
});

describe('every diagnostic code', () => {
  const codes = Object.keys(diagnosticCodes);

  it('has a golden case or a test elsewhere, and not both', () => {
    const held = [...cases, ...Object.keys(testedElsewhere)];
    expect(codes.filter((code) => !held.includes(code))).toEqual([]);
    expect(held.filter((code) => !codes.includes(code))).toEqual([]);
    expect(held.filter((code, index) => held.indexOf(code) !== index)).toEqual([]);
  });

  it.each(Object.entries(testedElsewhere))('%s is tested in %s', (code, path) => {
    expect(readFileSync(join(root, path), 'utf8')).toMatch(
      new RegExp(`'(?:error\\[)?${code}\\]?'`),
    );
  });

  it('is given by some stage', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .filter((path) => !path.endsWith('diagnostic-codes.ts'))
      .map((path) => readFileSync(join(root, 'src', path), 'utf8'));
    const unused = codes.filter((code) => !sources.some((text) => text.includes(`'${code}'`)));
    expect(unused).toEqual([]);
  });
});
