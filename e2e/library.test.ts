import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** The examples of the public API's comments, then those of its page. */
const examples = [
  ...[
    ...readFileSync(join(repository, 'src/index.ts'), 'utf8').matchAll(
      /^ \* ```ts\n(?<code>(?: \*.*\n)+?) \* ```$/gmu,
    ),
  ].map((match) => (match.groups?.['code'] ?? '').replaceAll(/^ \* ?/gmu, '')),
  ...[
    ...readFileSync(join(repository, 'docs/library.md'), 'utf8').matchAll(
      /^```ts\n(?<code>[^]+?)^```$/gmu,
    ),
  ].map((match) => match.groups?.['code'] ?? ''),
];

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(repository, 'node_modules/@types')],
  paths: { 'stedi-sql': [join(repository, 'dist/index.d.ts')] },
};

describe('the examples of the public API', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject({});
    expect(project.run(['init']).code).toBe(0);
    project.write('package.json', '{ "type": "module" }');
    examples.forEach((code, index) => {
      project.write(`example-${index}.ts`, code);
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { ...compilerOptions, module: ts.ModuleKind.ESNext },
      });
      const library = pathToFileURL(join(repository, 'dist/index.js')).href;
      project.write(`example-${index}.js`, outputText.replaceAll("'stedi-sql'", `'${library}'`));
    });
  });
  afterAll(() => {
    project.remove();
  });

  it('are found', () => {
    expect(examples).toHaveLength(3 + 5);
  });

  it('type-check against the published types', () => {
    const files = examples.map((_, index) => join(project.root, `example-${index}.ts`));
    const program = ts.createProgram(files, compilerOptions);
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(problems).toEqual([]);
  });

  it.each(examples.map((code, index) => [index, code] as const))('run: %i', (index, code) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`example-${index}.js`], {
      cwd: project.root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    if (code.includes('executePlan')) expect(stdout).toContain('people success\n');
    if (code.includes('shop.orders')) expect(stdout).toMatch(/from shop\.orders/iu);
    if (code.includes("element_at(split('a,b'")) expect(stdout).toBe("[ [ 3, 'b' ] ]\n");
    if (code.includes('date_diff')) expect(stdout).toContain('[ [ 3, 2 ] ]');
    expect(stdout).not.toBe('');
  });
});
