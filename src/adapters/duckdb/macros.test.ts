import { describe, expect, it } from 'vitest';
import { installMacroStatements, macroSchema, macroVersion } from './macros.js';

describe('the macros', () => {
  it('come after those that they call', () => {
    const seen = new Set<string>();
    const early: string[] = [];
    for (const statement of installMacroStatements) {
      const name = /MACRO \w+\."(\w+)"/.exec(statement)?.[1];
      const body = statement.replace(/^[^(]*/, '');
      for (const [, called = ''] of body.matchAll(new RegExp(`${macroSchema}\\."?(\\w+)`, 'g'))) {
        if (!seen.has(called)) early.push(`${name ?? ''} calls ${called}`);
      }
      if (name !== undefined) seen.add(name);
    }
    expect(early).toEqual([]);
  });

  it('have a version and a schema of their own', () => {
    expect(macroVersion).toMatch(/^[0-9a-f]{16}$/);
    expect(installMacroStatements[0]).toBe(`CREATE SCHEMA IF NOT EXISTS ${macroSchema}`);
    for (const statement of installMacroStatements.slice(1)) {
      expect(statement).toMatch(new RegExp(`^CREATE OR REPLACE MACRO ${macroSchema}\\.`));
    }
  });

  it('bind no name that an argument could have', () => {
    // A macro's parameters are text: `lambda x` would capture a column x of the argument.
    const captured = installMacroStatements.flatMap((statement) =>
      [...statement.matchAll(/lambda\s+([\w\s,]+?)\s*:/g)]
        .flatMap(([, names = '']) => names.split(/\s*,\s*/))
        .filter((name) => !name.startsWith('stedi_'))
        .map((name) => `${statement.slice(0, 60)}: lambda ${name}`),
    );
    expect(captured).toEqual([]);
  });

  it('raise no volatile errors, which TRY refuses', () => {
    expect(installMacroStatements.filter((statement) => /\berror\(/.test(statement))).toEqual([]);
  });
});
