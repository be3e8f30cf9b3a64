import { describe, expect, it } from 'vitest';
import { errorDiagnostic } from '../core/diagnostic.js';
import { failure } from '../core/result.js';
import { boxType, load, summarise, writeFolder } from './testing/temp-project.js';
import { viewTarget } from './view-target.js';

async function loadTarget(targets: string, options: Parameters<typeof load>[1] = {}) {
  const result = await load(
    writeFolder({ 'stedi_project.yml': `name: shop\n${targets}` }),
    options,
  );
  return { target: result.ok ? result.value.target : null, lines: summarise(result.diagnostics) };
}

describe('vars of the target', () => {
  const vars = 'vars: {place: here, size: 1, strict: false, shop: {place: shop}}';
  const files = (targets: string) =>
    writeFolder({ 'stedi_project.yml': `name: shop\n${vars}\n${targets}` });

  it.each([
    ['targets: {a: {type: box}}', {}, { place: 'shop', size: 1 }],
    ['targets: {a: {type: box, vars: {place: there, size: 2}}}', {}, { place: 'there', size: 2 }],
    [
      'targets: {a: {type: box, vars: {place: there, size: 2}}}',
      { varsText: '{size: 3}' },
      { place: 'there', size: 3 },
    ],
    [
      'targets: {a: {type: box, vars: {place: x}}, b: {type: box}}',
      { targetName: 'b' },
      { place: 'shop', size: 1 },
    ],
    [
      `targets: {a: {type: box, vars: {place: "{{ env_var('SIZE') }}"}}}`,
      {},
      { place: '12', size: 1 },
    ],
    ['targets: {a: {type: box, vars: }}', {}, { place: 'shop', size: 1 }],
  ])('%s', async (targets, options, expected) => {
    const result = await load(files(targets), options);
    expect(summarise(result.diagnostics)).toEqual([]);
    expect(result.ok && result.value.vars).toMatchObject(expected);
    expect(result.ok && Object.keys(result.value.target.options)).toEqual([]);
  });

  it.each([
    [
      '{plce: x}',
      "error config-unknown-key stedi_project.yml:3:33 the variable 'plce' is not under 'vars:' in the project (did you mean 'place'?)",
    ],
    [
      '{strict: off}',
      "error config-invalid-value stedi_project.yml:3:41 the target gives 'strict' the text 'off', in the place of false (give a value of the same type)",
    ],
    [
      '[x]',
      "error config-invalid-value stedi_project.yml:3:32 'vars' must be a mapping, found a list",
    ],
  ])('refuses %s, of any target', async (given, expected) => {
    for (const targetName of ['a', 'b']) {
      const targets = `targets: {a: {type: box, vars: ${given}}, b: {type: box}}`;
      const result = await load(files(targets), { targetName });
      expect(result.ok).toBe(false);
      expect(summarise(result.diagnostics)).toEqual([expected]);
    }
  });
});

const two =
  'targets:\n  dev: {type: box, path: dev.db}\n  prod: {type: box, path: prod.db, schema: p, threads: 8}\n';

describe('the target', () => {
  it.each([
    ['the only one', 'targets: {dev: {type: box}}', undefined, 'dev'],
    ['the default', `target: prod\n${two}`, undefined, 'prod'],
    ['the one of --target', `target: prod\n${two}`, 'dev', 'dev'],
    ['local, of several', 'targets: {a: {type: box}, local: {type: box}}', undefined, 'local'],
    [
      'the default by template',
      `target: "{{ env_var('SIZE') }}"\ntargets: {'12': {type: box}, b: {type: box}}`,
      undefined,
      '12',
    ],
    ['local, of none', 'targets:', undefined, 'local'],
    ['local, by name', '', 'local', 'local'],
  ])('is %s', async (_, text, targetName, name) => {
    const { target, lines } = await loadTarget(text, { targetName });
    expect(lines).toEqual([]);
    expect(target?.name).toBe(name);
  });

  it('has defaults and its own values', async () => {
    expect((await loadTarget(two, { targetName: 'dev' })).target).toEqual({
      name: 'dev',
      type: 'box',
      schema: 'main',
      database: 'dev',
      threads: 4,
      options: { path: 'dev.db' },
    });
    const { target } = await loadTarget(two, { targetName: 'prod' });
    expect(target).toMatchObject({ schema: 'p', threads: 8, database: 'prod' });
  });

  it('takes the default schema of its type', async () => {
    const targetTypes = [{ ...boxType, defaultSchema: 'crate' }];
    expect((await loadTarget('', { targetTypes })).target?.schema).toBe('crate');
  });

  it.each([
    [
      two,
      undefined,
      "error target-not-found stedi_project.yml:2:1 several targets are defined, and none is the default (add 'target: dev', or use --target)",
    ],
    [
      two,
      'prd',
      "error target-not-found --target the target 'prd' is not defined in stedi_project.yml (did you mean 'prod'?)",
    ],
    [
      two,
      'x',
      "error target-not-found --target the target 'x' is not defined in stedi_project.yml (targets: dev, prod)",
    ],
    [
      `target: x\n${two}`,
      undefined,
      "error target-not-found stedi_project.yml:2:9 the target 'x' is not defined",
    ],
    [
      '',
      'dev',
      "error target-not-found --target the target 'dev' is not defined in stedi_project.yml (targets: local)",
    ],
    [
      'targets: {a: 3}',
      undefined,
      "error config-invalid-value stedi_project.yml:2:14 target 'a' must be a mapping, found the number 3",
    ],
    [
      'targets: [a]',
      undefined,
      "error config-invalid-value stedi_project.yml:2:10 'targets' must be a mapping, found a list",
    ],
    [
      'targets: {a: {path: x}}',
      undefined,
      "error config-invalid-value stedi_project.yml:2:14 'type' is missing in the target: expected 'box'",
    ],
    [
      'targets: {a: {type: bax}}',
      undefined,
      "error config-invalid-value stedi_project.yml:2:21 'type' must be 'box', found the text 'bax' (did you mean 'box'?)",
    ],
    [
      'targets: {a: {type: box, pth: x}}',
      undefined,
      "error config-unknown-key stedi_project.yml:2:26 unknown key 'pth' in a target of type 'box' (did you mean 'path'?)",
    ],
    [
      'targets: {a: {type: box, scema: x}}',
      undefined,
      "unknown key 'scema' in a target of type 'box' (did you mean 'schema'?)",
    ],
    [
      'targets: {a: {type: box, threads: four}}',
      undefined,
      "error config-invalid-value stedi_project.yml:2:35 'threads' must be a whole number, found the text 'four'",
    ],
    [
      'targets: {a: {type: box, threads: 0}}',
      undefined,
      "'threads' must be a number of at least 1, found the number 0",
    ],
    [
      'targets: {a: {type: box, path: 3}}',
      undefined,
      "error config-invalid-value stedi_project.yml:2:32 'path' must be a text",
    ],
    [
      'targets: {local: {type: box}, b: {type: bax}}',
      undefined,
      "stedi_project.yml:2:41 'type' must be 'box'",
    ],
  ])('%j with --target %s is refused', async (text, targetName, expected) => {
    const { target, lines } = await loadTarget(text, { targetName });
    expect(target).toBeNull();
    expect(lines).toEqual([expect.stringContaining(expected)]);
  });
});

describe('Jinja in a target', () => {
  it('is rendered, and read as what is expected there', async () => {
    const text = `targets:
  a:
    type: box
    path: "dir/{{ env_var('SIZE') }}.db"
    size: "{{ env_var('SIZE') }}"
    threads: "{{ env_var('SIZE') }}"
    shiny: "{{ env_var('SHINY') }}"
    password: "{{ env_var('SIZE') }}"
`;
    const { target, lines } = await loadTarget(text);
    expect(lines).toEqual([]);
    expect(target).toMatchObject({
      threads: 12,
      options: { path: 'dir/12.db', size: 12, shiny: true, password: '12' },
    });
  });

  it('is rendered in the chosen target only', async () => {
    const rendered: string[] = [];
    const text = `target: a
targets:
  a: {type: box, path: "{{ env_var('SIZE') }}"}
  b: {type: "{{ env_var('T') }}", threads: "{{ env_var('X') }}", bad: "{{ env_var('Y') }}"}
`;
    const { lines } = await loadTarget(text, {
      renderValue: (value) => {
        rendered.push(value);
        return { ok: true, value: 'x.db', diagnostics: [] };
      },
    });
    expect(lines).toEqual([]);
    expect(rendered).toEqual(["{{ env_var('SIZE') }}"]);
  });

  it('never shows what it rendered', async () => {
    const text = `targets: {a: {type: box, threads: "{{ env_var('SECRET') }}"}}`;
    const { lines } = await loadTarget(text);
    expect(lines).toEqual([
      "error config-invalid-value stedi_project.yml:2:35 'threads' must be a whole number, found what the template gives",
    ]);
  });

  it('reports what the renderer reports', async () => {
    const text = `targets: {a: {type: box, path: "{{ env_var('NONE') }}"}}`;
    const { target, lines } = await loadTarget(text, {
      renderValue: (_, location) =>
        failure([errorDiagnostic('env-var-undefined', 'NONE is not set', { location })]),
    });
    expect(target).toBeNull();
    expect(lines).toEqual(['error env-var-undefined stedi_project.yml:2:32 NONE is not set']);
  });
});

describe('viewTarget', () => {
  it('shows the common keys and the public ones, no others', async () => {
    const { target } = await loadTarget('targets: {a: {type: box, path: a.db, password: hunter2}}');
    expect(target && viewTarget(target, [boxType])).toEqual({
      name: 'a',
      type: 'box',
      schema: 'main',
      threads: 4,
      database: 'a',
      path: 'a.db',
    });
  });
});
