import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/node.js';
import { createTemplateEngine } from '../create-template-engine.js';
import { testBindings, testContext } from './testing/engine.js';

/** Templates with what Jinja2 3.1.6 makes of them; `fixtures/jinja/generate.py` writes them. */
interface Table {
  readonly context: Readonly<Record<string, JsonValue>>;
  readonly cases: readonly {
    readonly template: string;
    readonly output?: string;
    readonly error?: 'syntax' | 'undefined' | 'error';
    /** Where we differ, as docs/jinja.md states: the code of our diagnostic. */
    readonly ours?: string;
  }[];
}

const folder = new URL('../../../fixtures/jinja/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const engine = createTemplateEngine({ macroFiles: [], projectName: 'stedi' });

it('has hundreds of templates', () => {
  const tables = files.map(
    (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Table,
  );
  expect(tables.flatMap(({ cases }) => cases).length).toBeGreaterThan(750);
});

describe.each(files)('Jinja2 semantics: %s', (file) => {
  const table = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Table;
  it.each(table.cases)('$template', ({ template, output, error, ours }) => {
    if (!engine.ok) throw new Error('no engine');
    const result = engine.value.render({ path: 'a.sql', content: template }, testContext(), {
      ...testBindings(),
      extra: table.context,
    });
    if (ours !== undefined || error !== undefined) {
      expect(result).toMatchObject({ ok: false });
      const [problem] = result.diagnostics.filter(({ severity }) => severity === 'error');
      expect(problem?.code).toBe(ours ?? `template-${error}`);
    } else {
      expect(result.ok ? result.value.sql : result.diagnostics).toEqual(output);
    }
  });
});
