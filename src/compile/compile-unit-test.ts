import type { TypedColumn } from '../core/adapter.js';
import type { CompiledNode } from '../core/compiled-node.js';
import { errorDiagnostic, hasErrors, type Diagnostic } from '../core/diagnostic.js';
import type { JsonValue, TestNode, UniqueId } from '../core/node.js';
import { configOf } from '../core/node-view.js';
import { once } from '../core/once.js';
import { failure, success, type Result } from '../core/result.js';
import type { NamedQuery } from '../core/sql-toolkit.js';
import type { RenderedRelation, TemplateContext } from '../core/template.js';
import { versionedName } from '../core/versioned-name.js';
import type { UnitTest, UnitTestInput } from '../core/unit-test.js';
import { authorFileOf } from './author-file.js';
import type { Surroundings } from './surroundings.js';
import { compileSql } from './compile-sql.js';
import { cteNameOf } from './name-bindings.js';
import { quoteName } from './quote-sql.js';
import { rowsToSql, type KnownColumns } from './rows-to-sql.js';

/** Returns the columns of what has this id, as far as they are known. */
export type ColumnsOf = (id: UniqueId) => KnownColumns;

function nameOf({ input }: UnitTestInput, unit: UnitTest): string {
  if (input.kind === 'ref') return input.name;
  return input.kind === 'this' ? `this__${unit.modelName}` : `${input.source}__${input.table}`;
}

/**
 * Returns a unit test for the embedded engine: its model's SQL over the given rows, and the rows that are expected.
 * Diagnostics: those of the template engine and of `translate` in the model's file, `test-invalid` at the YAML entry.
 */
export function compileUnitTest(
  test: TestNode,
  unit: UnitTest,
  { options }: Pick<Surroundings, 'options'>,
  columnsOf: ColumnsOf,
): Result<CompiledNode> {
  const { graph, engine } = options;
  const dialect = options.embedded ?? options.dialect;
  const model = graph.nodes.get(unit.model);
  if (model?.resourceType !== 'model') throw new Error(`there is no model '${unit.model}'`);

  const idOf = ({ input }: UnitTestInput): UniqueId | undefined => {
    if (input.kind === 'this') return model.uniqueId;
    return input.kind === 'ref'
      ? graph.modelsByName.get(versionedName(input.name, input.version))
      : graph.sourcesByName.get(`${input.source}.${input.table}`);
  };
  const diagnostics: Diagnostic[] = [];
  const ctes = new Map<UniqueId, NamedQuery>();
  for (const given of unit.given) {
    const id = idOf(given);
    const { location } = given;
    const parents = graph.parents.get(model.uniqueId) ?? [];
    if (id === undefined || (given.input.kind !== 'this' && !parents.includes(id))) {
      const message = `model '${unit.modelName}' does not read ${given.text}`;
      diagnostics.push(errorDiagnostic('test-invalid', message, { location }));
      continue;
    }
    const query = rowsToSql(given.rows, {
      known: columnsOf(id),
      all: true,
      location,
      what: given.text,
      native: dialect.native,
    });
    diagnostics.push(...query.diagnostics);
    const key = given.input.kind === 'this' ? 'this' : id;
    if (query.ok)
      ctes.set(key, { name: cteNameOf({ name: nameOf(given, unit) }), query: query.value });
  }
  if (hasErrors(diagnostics)) return failure(diagnostics);

  const read = (id: UniqueId | undefined, call: string) => {
    const cte = id === undefined ? undefined : ctes.get(id);
    if (cte !== undefined) return { sql: quoteName(cte.name), relation: null };
    const message = `unit test '${test.name}' gives no rows for ${call}, which model '${unit.modelName}' reads`;
    const hint = `add \`- input: ${call}\` under \`given:\`; \`rows: []\` is no rows`;
    const problem = errorDiagnostic('test-invalid', message, { location: test.location, hint });
    return { problem };
  };
  const given = ctes.get('this');
  const self: RenderedRelation = {
    relation: model.relation,
    sql: given === undefined ? dialect.renderRelation(model.relation) : quoteName(given.name),
  };
  const { is_incremental: isIncremental, ...macros } = unit.overrides.macros;
  const rendered = engine.render(
    { path: model.path, content: model.rawSql },
    withOverrides(options.context, unit),
    {
      ref: ({ name, version }) =>
        read(
          graph.modelsByName.get(versionedName(name, version)),
          version === undefined ? `ref('${name}')` : `ref('${name}', v=${version})`,
        ),
      source: ({ source, table }) =>
        read(graph.sourcesByName.get(`${source}.${table}`), `source('${source}', '${table}')`),
      this: self,
      isIncremental: isIncremental === true,
      config: once(() => configOf(model)),
      macroResults: macros,
    },
  );
  if (!rendered.ok) return rendered;
  const file = authorFileOf(model);
  const compiled = compileSql(
    {
      sql: rendered.value.sql,
      toSource: rendered.value.toSource,
      file,
      ctes: [...ctes.values()],
      tableColumns: () => undefined,
      known: [],
      storesResult: true,
    },
    { ...options, dialect },
  );
  if (!compiled.ok) return failure([...rendered.diagnostics, ...compiled.diagnostics]);

  const columns =
    compiled.value.columns ?? (dialect.native ? columnsOf(model.uniqueId).columns : []);
  const expected = toExpected(unit, columns, dialect);
  if (!expected.ok) return expected;
  const all = [...rendered.diagnostics, ...compiled.diagnostics, ...expected.diagnostics];
  return success(
    {
      node: test,
      ...compiled.value,
      expected: expected.value,
      diagnostics: all,
    },
    all,
  );
}

function toExpected(
  { expect, expectLocation: location, modelName }: UnitTest,
  columns: readonly TypedColumn[],
  dialect: Pick<Surroundings['options']['dialect'], 'translate' | 'native'>,
): Result<NonNullable<CompiledNode['expected']>> {
  // As in dbt, no rows at all say nothing of columns.
  if (expect.format !== 'sql' && expect.rows.length === 0) {
    return success({ columns: null, sql: null });
  }
  const query = rowsToSql(expect, {
    known: { columns, complete: columns.length > 0 },
    all: false,
    location,
    what: `model '${modelName}'`,
    native: dialect.native,
  });
  if (!query.ok) return query;
  const translated = dialect.translate(query.value, { path: location.path });
  if (!translated.ok) {
    return failure(translated.diagnostics.map((each) => ({ ...each, location })));
  }
  return success({
    columns: expect.format === 'sql' ? null : expect.columns,
    sql: translated.value.sql,
  });
}

function withOverrides(context: TemplateContext, { overrides }: UnitTest): TemplateContext {
  const env = Object.entries(overrides.env_vars).map(([name, value]) => [name, toText(value)]);
  return {
    ...context,
    vars: { ...context.vars, ...overrides.vars },
    env: { ...context.env, ...(Object.fromEntries(env) as Record<string, string>) },
  };
}

function toText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
