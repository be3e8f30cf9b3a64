import type { CompiledNode } from '../core/compiled-node.js';
import type { Diagnostic, SourceLocation } from '../core/diagnostic.js';
import { hookTitle, type RunHook } from '../core/hook.js';
import { findReferenced } from '../core/graph.js';
import {
  isSqlNode,
  type JsonValue,
  type MacroNode,
  type SqlNode,
  type UniqueId,
} from '../core/node.js';
import type { Relation } from '../core/relation.js';
import { failure, resultOf, success, type Result } from '../core/result.js';
import { indexLines } from '../core/text-position.js';
import { compileStatements } from './compile-hooks.js';
import { ofOneNode } from './refuse-alone.js';
import { compileNode, compileText } from './compile-node.js';
import type { CompileOptions } from './compile-options.js';
import type { CompiledSql } from './compile-sql.js';
import { renderLooseStatements } from './render-statements.js';
import type { Outcome, Surroundings } from './surroundings.js';
import { createTypeReader, foreignTables } from './table-columns.js';

/** A hook around a run, as written. */
export interface WrittenRunHook {
  readonly time: 'on-run-start' | 'on-run-end';
  readonly position: number;
  readonly uniqueId: UniqueId;
  readonly packageName: string;
  readonly sql: string;
  readonly location: SourceLocation;
}

/** Compiles nodes of one project against one catalog, each once. */
export interface Compiler {
  /**
   * Returns the nodes, sources left out, in the graph's order. All diagnostics of all nodes, in the authors' files: those of
   * the template engine, `ref-not-found`, `source-not-found`, and those of the dialect's `translate`. Ancestors are compiled
   * as well, for the types of what they return; only what a CTE is made of is reported.
   */
  compileNodes(ids: Iterable<UniqueId>): Result<readonly CompiledNode[]>;
  /**
   * Returns one data test that reads other relations in place of some models', such as those that are built and not
   * published yet. Diagnostics as for `compileNodes`, whose warnings of this test are not repeated.
   */
  compileTest(
    id: UniqueId,
    relationOverrides: ReadonlyMap<UniqueId, Relation>,
  ): Result<CompiledNode>;
  /**
   * Returns a query that is not in the project: `show --inline`. It may ref every model and source. Diagnostics name
   * `path` as its file.
   */
  /**
   * Returns the hooks around a run; those that are empty when they are rendered have no statements. `extra` are names for them
   * alone, such as `results`. Diagnostics name the hook's place.
   */
  compileRunHooks(
    hooks: readonly WrittenRunHook[],
    extra: Readonly<Record<string, JsonValue>>,
  ): Result<readonly RunHook[]>;
  /**
   * Returns the statements that a macro gives `run_query` and `statement`, and the text that it returns, which is not run.
   */
  compileOperation(operation: {
    readonly macro: MacroNode;
    readonly arguments: Readonly<Record<string, JsonValue>>;
  }): Result<{ readonly statements: readonly string[]; readonly text: string }>;
  compileInline(query: { readonly sql: string; readonly path: string }): Result<CompiledSql>;
}

/** Returns the compiler. Its state is only what it compiled already. */
export function createCompiler(options: CompileOptions): Compiler {
  const { graph, engine, context } = options;
  const outcomes = new Map<UniqueId, Outcome>();
  const readType = createTypeReader(options.dialect);
  const otherTables = foreignTables(options);
  const surroundings: Surroundings = {
    options,
    readType,
    otherTables,
    outcomeOf: (id) => outcomes.get(id),
  };

  function sqlNode(id: UniqueId): SqlNode | undefined {
    const node = graph.nodes.get(id);
    return node !== undefined && isSqlNode(node) ? node : undefined;
  }

  /** Compiles nodes and their ancestors, parents first. */
  function compileWithAncestors(ids: Iterable<UniqueId>): void {
    const needed = new Set<UniqueId>();
    const asked = new Set(ids);
    const pending = [...asked];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      const node = sqlNode(id);
      if (needed.has(id) || outcomes.has(id) || node === undefined) continue;
      // What reads a seed needs its columns, not its rows.
      if (node.resourceType === 'seed' && !asked.has(id)) continue;
      needed.add(id);
      pending.push(...(graph.parents.get(id) ?? []));
    }
    if (needed.size === 0) return;
    for (const id of graph.order) {
      const node = needed.has(id) ? sqlNode(id) : undefined;
      if (node) outcomes.set(id, compileNode(node, surroundings));
    }
  }

  /** The diagnostics of ephemeral models, whose SQL is part of what reads them. */
  function diagnosticsOf(ids: Iterable<UniqueId>): Diagnostic[] {
    return [...ids].flatMap((id) => outcomes.get(id)?.result.diagnostics ?? []);
  }

  return {
    compileNodes(ids) {
      const wanted = new Set(ids);
      compileWithAncestors(wanted);
      const reported = new Set<UniqueId>();
      for (const id of wanted) {
        for (const part of [...(outcomes.get(id)?.cteIds ?? []), id]) reported.add(part);
      }
      const diagnostics = diagnosticsOf(graph.order.filter((id) => reported.has(id)));
      const compiled: CompiledNode[] = [];
      let failed = false;
      for (const id of graph.order) {
        const result = wanted.has(id) ? outcomes.get(id)?.result : undefined;
        if (result?.ok === true) compiled.push(result.value);
        else if (result) failed = true;
      }
      return failed ? failure(diagnostics) : resultOf(compiled, diagnostics);
    },

    compileTest(id, relationOverrides) {
      const test = sqlNode(id);
      if (test === undefined) throw new Error(`there is no test '${id}'`);
      compileWithAncestors([id]);
      const changed = new Map<UniqueId, Outcome>();
      const overridden: Surroundings = {
        options: { ...options, relationOverrides },
        readType,
        otherTables,
        outcomeOf: (each) => changed.get(each) ?? outcomes.get(each),
      };
      for (const part of outcomes.get(id)?.cteIds ?? []) {
        const node = sqlNode(part);
        if (node) changed.set(part, compileNode(node, overridden));
      }
      const { result } = compileNode(test, overridden);
      if (!result.ok) {
        const below = [...changed.values()].flatMap((outcome) => outcome.result.diagnostics);
        return failure([...below, ...result.diagnostics]);
      }
      const said = new Set(diagnosticsOf([id]).map((each) => JSON.stringify(each)));
      return success(
        result.value,
        result.diagnostics.filter((each) => !said.has(JSON.stringify(each))),
      );
    },

    compileRunHooks(hooks, extra) {
      const compiled = hooks.map((hook) => {
        const { packageName, sql, location, ...rest } = hook;
        const title = `${hookTitle(hook)} of '${packageName}'`;
        const render = (content: string) =>
          renderLooseStatements({ path: location.path, content, packageName, extra }, surroundings);
        const result = compileStatements({ title, sql, location }, render, options);
        if (result.ok) return success({ ...rest, location, ...result.value }, result.diagnostics);
        const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
        const [refused] = errors;
        // What reports on a run at its end keeps nothing from being built, as in dbt: it fails in its turn.
        const isAlone =
          options.dialect.native !== undefined &&
          hook.time === 'on-run-end' &&
          errors.every(({ code }) => ofOneNode.has(code));
        if (!isAlone || refused === undefined) return result;
        return success({ ...rest, location, compiledSql: '', statements: [], refused });
      });
      const diagnostics = compiled.flatMap((each) => each.diagnostics);
      const values = compiled.flatMap((each) => (each.ok ? [each.value] : []));
      if (values.length < compiled.length) return failure(diagnostics);
      return success(values, diagnostics);
    },

    compileOperation({ macro, arguments: given }) {
      const { packageName, name, path } = macro;
      const names = Object.keys(given);
      // The names of arguments must not hide what the macro calls; only their values pass.
      const call = names.map((each) => `${each}=operation_arguments['${each}']`).join(', ');
      let text = '';
      const title = `macro '${name}'`;
      const location = { path };
      const compiled = compileStatements(
        { title, sql: `{{ ${packageName}.${name}(${call}) }}`, location, isMade: true },
        (content) => {
          const extra = { operation_arguments: given };
          const source = { path, content, packageName, extra };
          const rendered = renderLooseStatements(source, surroundings);
          if (!rendered.ok) return rendered;
          text = rendered.value.sql;
          return success({ ...rendered.value, sql: '' }, rendered.diagnostics);
        },
        options,
      );
      if (!compiled.ok) return compiled;
      return success({ statements: compiled.value.statements, text }, compiled.diagnostics);
    },

    compileInline({ sql, path }) {
      const source = { path, content: sql };
      const captured = engine.capture(source, context);
      if (!captured.ok) return captured;
      const { refs, sources } = captured.value;
      compileWithAncestors([
        ...refs.flatMap((call) => findReferenced(graph, call, context.projectName) ?? []),
        ...sources.flatMap((call) => graph.sourcesByName.get(`${call.source}.${call.table}`) ?? []),
      ]);
      const file = { path, lines: indexLines(sql), standIn: null };
      const { cteIds, result } = compileText(source, file, surroundings);
      const diagnostics = [...diagnosticsOf(cteIds), ...result.diagnostics];
      return result.ok ? success(result.value, diagnostics) : failure(diagnostics);
    },
  };
}

/** Returns the compiled nodes of one selection; `createCompiler` does more than one thing with the same work. */
export function compileNodes(
  options: CompileOptions & { readonly ids: Iterable<UniqueId> },
): Result<readonly CompiledNode[]> {
  return createCompiler(options).compileNodes(options.ids);
}
