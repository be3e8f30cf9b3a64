import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

// The house rules of docs/adr/0001 that hold for the code as a whole; ESLint holds those of a single file.

const src = dirname(fileURLToPath(import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.endsWith('.test.ts'))
  .filter((path) => !path.includes('/testing/'))
  .sort();

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

function parse(path: string): ts.SourceFile {
  const text = readFileSync(join(src, path), 'utf8');
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
}

const sources = new Map(files.map((path) => [path, parse(path)]));

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  const clause = statement.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

/** Static imports, re-exports and `import('…')` of a file; relative ones as paths below `src/`. */
function importsOf(path: string): readonly Import[] {
  const found: Import[] = [];
  function add(specifier: string, typeOnly: boolean): void {
    const target = specifier.startsWith('.')
      ? posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.js$/, '.ts')
      : specifier;
    found.push({ target, typeOnly });
  }
  function visit(node: ts.Node): void {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      add(node.moduleSpecifier.text, isTypeOnly(node));
    } else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments[0] !== undefined &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      add(node.arguments[0].text, false);
    }
    ts.forEachChild(node, visit);
  }
  const source = sources.get(path);
  if (source !== undefined) visit(source);
  return found;
}

/** `compile/template/lexer.ts` → `compile`; an adapter's folder is a room of its own. */
function roomOf(path: string): string {
  const [room = '', folder = ''] = path.split('/');
  return room === 'adapters' && path.split('/').length > 2 ? `adapters/${folder}` : room;
}

describe('the star rule', () => {
  it('lets a room import core and itself only; cli and index.ts compose', () => {
    const wrong = files
      .filter((path) => path.includes('/') && roomOf(path) !== 'cli')
      .flatMap((path) =>
        importsOf(path)
          .filter(({ target }) => sources.has(target))
          .filter(({ target }) => !['core', roomOf(path)].includes(roomOf(target)))
          .map(({ target }) => `${path} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('has no runtime cycles', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    function visit(path: string, trail: readonly string[]): void {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      state.set(path, 'open');
      for (const { target, typeOnly } of importsOf(path)) {
        if (!typeOnly && sources.has(target)) visit(target, [...trail, path]);
      }
      state.set(path, 'done');
    }
    for (const path of files) visit(path, []);
    expect(cycles).toEqual([]);
  });
});

describe('one home per library', () => {
  const homes: Readonly<Record<string, string>> = {
    nunjucks: 'compile',
    yaml: 'project',
    zod: 'project',
    ignore: 'project',
    graphlib: 'graph',
    '@duckdb/node-api': 'adapters/duckdb',
    '@aws-sdk/client-athena': 'adapters/athena',
    '@aws-sdk/client-glue': 'adapters/athena',
    commander: 'cli',
  };

  it('is kept', () => {
    const wrong = files.flatMap((path) =>
      importsOf(path)
        .map(({ target }) =>
          Object.keys(homes).find((name) => target === name || target.startsWith(`${name}/`)),
        )
        .filter((name) => name !== undefined && homes[name] !== roomOf(path))
        .map((name) => `${path} imports ${String(name)}`),
    );
    expect(wrong).toEqual([]);
  });

  it("names no engine outside the engine's folder, the commands and the public API", () => {
    const wrong = files
      .filter((path) => !/^(adapters|cli)\/|^index\.ts$/.test(path))
      .filter((path) => {
        // Comments may speak of engines; names and texts may not.
        const scanner = ts.createScanner(ts.ScriptTarget.ES2023, true);
        scanner.setText(sources.get(path)?.text ?? '');
        for (
          let token = scanner.scan();
          token !== ts.SyntaxKind.EndOfFileToken;
          token = scanner.scan()
        ) {
          if (token === ts.SyntaxKind.Identifier && /athena|duckdb/i.test(scanner.getTokenText()))
            return true;
        }
        return false;
      });
    expect(wrong).toEqual([]);
  });
});

describe('pure rooms', () => {
  it('import nothing of Node', () => {
    const pure = new Set(['core', 'parse', 'graph', 'compile', 'analyze', 'plan']);
    const wrong = files
      .filter((path) => pure.has(roomOf(path)))
      .flatMap((path) =>
        importsOf(path)
          .filter(({ target }) => target.startsWith('node:'))
          .map(({ target }) => `${path} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe('documentation', () => {
  it('stands at every exported function', () => {
    const silent: string[] = [];
    for (const [path, source] of sources) {
      for (const statement of source.statements) {
        if (!ts.isFunctionDeclaration(statement)) continue;
        const exported = ts
          .getModifiers(statement)
          ?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
        // An overload's implementation is documented at its signatures.
        if (exported !== true || statement.body === undefined) continue;
        const name = statement.name?.text ?? '';
        const documented = source.statements.some(
          (other) =>
            ts.isFunctionDeclaration(other) &&
            other.name?.text === name &&
            ts.getJSDocCommentsAndTags(other).length > 0,
        );
        if (!documented) silent.push(`${relative('.', path)}: ${name}`);
      }
    }
    expect(silent).toEqual([]);
  });
});
