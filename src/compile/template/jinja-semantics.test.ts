import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/node.js';
import { createTemplateEngine } from '../create-template-engine.js';
import { testBindings, testContext } from './testing/engine.js';

/** Templates with what Jinja2 3.1.6 prints for them. */
const table = JSON.parse(
  readFileSync(new URL('testing/jinja-cases.json', import.meta.url), 'utf8'),
) as {
  readonly context: Readonly<Record<string, JsonValue>>;
  readonly cases: readonly { readonly template: string; readonly output: string }[];
};

const engine = createTemplateEngine({ macroFiles: [], projectName: 'stedi' });

describe('Jinja2 semantics', () => {
  it.each(table.cases)('$template', ({ template, output }) => {
    if (!engine.ok) throw new Error('no engine');
    const result = engine.value.render({ path: 'a.sql', content: template }, testContext(), {
      ...testBindings(),
      extra: table.context,
    });
    expect(result.ok ? result.value.sql : result.diagnostics).toEqual(output);
  });
});
