import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { Diagnostic } from '../../core/diagnostic.js';
import { success } from '../../core/result.js';
import type { TargetType } from '../../core/target-type.js';
import { loadProject, type LoadProjectOptions } from '../load-project.js';

/** A target type with a key of each kind, for tests of this room; the real ones belong to the adapters. */
export const boxType: TargetType = {
  type: 'box',
  validate: (options) =>
    options['path'] === undefined || typeof options['path'] === 'string'
      ? []
      : [{ path: ['path'], kind: 'invalid-value', message: "'path' must be a text" }],
  database: ({ path }) => (typeof path === 'string' ? path.replace(/\..*$/, '') : 'box'),
  publicKeys: ['path'],
  jsonSchemaProperties: {
    path: { type: 'string', default: 'box.db', description: 'The file.' },
    password: { type: 'string', description: 'The password.' },
    size: { type: 'integer', description: 'The size.' },
    shiny: { type: 'boolean', description: 'Whether it shines.' },
  },
  modelKeys: {
    padding: { type: 'integer', description: 'How soft the inside of the box is.' },
    ribbon: { description: 'Not supported, because boxes are plain.', deprecated: true },
  },
};

const folders: string[] = [];

/** Returns the path of a new temporary folder with the files given; it is removed after the test. */
export function writeFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'stedi-project-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Loads the project in a folder as the command line would, with a renderer that knows `env_var` alone. */
export function load(root: string, options: Partial<LoadProjectOptions> = {}) {
  return loadProject({
    cwd: root,
    targetTypes: [boxType],
    defaultTarget: { type: 'box', path: 'target/box.db', threads: 4 },
    renderValue: (text) =>
      success(
        text.replace(
          /\{\{ env_var\('(\w+)'\) \}\}/g,
          (_, name: string) => ({ SIZE: '12', SHINY: 'True', SECRET: 'hunter2' })[name] ?? '',
        ),
      ),
    ...options,
  });
}

/** Returns diagnostics as short lines: `error config-unknown-key a.yml:3:5 message (hint)`. */
export function summarise(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ severity, code, location, message, hint }) => {
    const place = [location?.path, location?.line, location?.column].filter((each) => each != null);
    return `${severity} ${code} ${place.join(':')} ${message}${hint === undefined ? '' : ` (${hint})`}`;
  });
}
