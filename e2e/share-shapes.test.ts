import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** Bundles a module as the command is bundled, and returns its text. */
function bundle(source: string): string {
  const script = `
    import { build } from 'rolldown';
    import { shareShapes } from './scripts/share-shapes.mjs';
    const load = { resolveId: (id) => id, load: () => ${JSON.stringify(source)} };
    const { output } = await build({ input: 'm.js', plugins: [load, shareShapes()], write: false, logLevel: 'silent' });
    process.stdout.write(output[0].code);`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: repository,
    encoding: 'utf8',
  });
  expect(ran.stderr).toBe('');
  return ran.stdout;
}

it('changes objects that begin with others, and not what they are', async () => {
  const text = bundle(`
    export const made = (a, b) => [
      { ...a, x: 1 }, { ...a, ...b }, { ...a, y: { ...b, z: [{ ...a, ['k' + a.x]: \`{ ...a, \${{ ...b, q: 2 }.q} }\` }] } },
      { ...a }, { x: 0, ...a }, [...[a], b], ((...all) => all)(...[a], b), (({ x, ...rest }) => rest)(a), '{ ...a, x: 1 }',
      { ...undefined, ...a, ...false && b, x: 1 },
    ];`);
  expect(text.match(/\.\.\.null, \.\.\./gu)).toHaveLength(7);

  const { made } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    made: (a: object, b: object) => unknown;
  };
  const a: object = JSON.parse('{"x": 7, "__proto__": {"own": true}, "1": null}') as object;
  const b = { x: 8, y: 9 };
  const all = { ...a };
  const expected = [
    { ...a, x: 1 },
    { ...a, ...b },
    { ...a, y: { ...b, z: [{ ...a, k7: '{ ...a, 2 }' }] } },
    all,
    { ...{ x: 0 }, ...a },
    [a, b],
    [a, b],
    JSON.parse('{"1": null, "__proto__": {"own": true}}') as object,
    '{ ...a, x: 1 }',
    { ...a, x: 1 },
  ];
  // As JSON, in which the order of keys and the key __proto__ count.
  expect(JSON.stringify(made(a, b))).toBe(JSON.stringify(expected));
});

it('is done to the command', () => {
  const folder = join(repository, 'dist', 'bundle');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(texts.join('').match(/\.\.\.null, \.\.\./gu)?.length).toBeGreaterThan(300);
});
