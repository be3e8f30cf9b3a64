import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limits } from './compile/template/budget.js';
import { dictMethods, listMethods } from './compile/template/collection-methods.js';
import { filters } from './compile/template/filters.js';
import { globalFunctions } from './compile/template/global-functions.js';
import { stringMethods } from './compile/template/string-methods.js';
import { supportedTags } from './compile/template/tag-names.js';
import { tests } from './compile/template/tests.js';
import { selectorMethodNames } from './core/selector-definition.js';

const page = (name: string): string =>
  readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

/** Returns the names in backquotes in the item of a list that begins with `title`. */
function namesIn(text: string, title: string): readonly string[] {
  const [item = ''] = text.split(`- **${title}:**`)[1]?.split('\n- ') ?? [];
  return [...(item.split('\n\n')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

describe('docs/jinja.md', () => {
  const text = page('jinja.md');

  it.each([
    ['Filters', [...filters.keys()]],
    ['Tests', [...tests.keys()].filter((name) => /^\w/.test(name))],
    ['Methods of strings', [...stringMethods.keys()]],
    ['Methods of dicts', [...dictMethods.keys()]],
    ['Methods of lists', [...listMethods.keys()]],
  ])('lists the %s that there are', (title, names) => {
    expect([...namesIn(text, title)].sort()).toEqual([...names].sort());
  });

  it('tells the limits', () => {
    const { loopTurns, steps, outputLength, macroDepth } = limits;
    for (const limit of [loopTurns, steps, outputLength, macroDepth]) {
      expect(text).toContain(`${limit.toLocaleString('en-US')} `);
    }
  });

  it('names every statement and function', () => {
    const missing = [...supportedTags, ...globalFunctions.keys()].filter(
      (name) => !new RegExp(`\`${name}\\b`).test(text),
    );
    expect(missing).toEqual([]);
  });
});

describe('docs/commands.md', () => {
  it('names every selector method', () => {
    const text = page('commands.md');
    const missing = selectorMethodNames.filter((name) => !new RegExp(`\`${name}[.:]`).test(text));
    expect(missing).toEqual([]);
  });
});
