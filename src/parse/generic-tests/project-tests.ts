import type { JsonValue, MacroNode } from '../../core/node.js';
import type { Project, SourceFile } from '../../core/project.js';
import { indexLines, locateSpan } from '../../core/text-position.js';
import type { GenericTest, TestArgument } from './generic-test.js';
import { genericTests } from './generic-tests.js';
import { escapeTemplate, quoteTemplateString } from './sql-text.js';

/** dbt's name for the macro of `{% test name(…) %}`; a macro of such a name is a test as well. */
const prefix = 'test_';

/**
 * Returns the generic tests that YAML files can ask for: those of the project's own, by name, those of packages as
 * `package.name`, and dbt's. One of the project's own goes before the one of dbt with its name, as in dbt, and so does a macro
 * that dbt's would find by its dispatch, such as `default__test_not_null`; `prefixes` are those of the dispatch.
 */
export function listGenericTests(
  macros: readonly MacroNode[],
  project: Pick<Project, 'name' | 'files' | 'packages'>,
  prefixes: readonly string[] = [],
): ReadonlyMap<string, GenericTest> {
  const files = [...project.files, ...(project.packages ?? []).flatMap((each) => each.files)];
  const own = macros
    .filter(({ name }) => name.startsWith(prefix))
    .flatMap((macro) => {
      const name = macro.name.slice(prefix.length);
      const file = files.find(({ path }) => path === macro.path);
      const full = `${macro.packageName}.${name}`;
      const named = [full, projectTest(name, macro, file, `${macro.packageName}.`)] as const;
      return macro.packageName === project.name
        ? [named, [name, projectTest(name, macro, file)] as const]
        : [named];
    });
  const dispatched = [...genericTests.keys()].flatMap((name) => {
    const [macro] = prefixes.flatMap((each) =>
      macros.filter(
        (macro) => macro.packageName === project.name && macro.name === `${each}__${prefix}${name}`,
      ),
    );
    const file = files.find(({ path }) => path === macro?.path);
    return macro === undefined ? [] : [[name, projectTest(name, macro, file)] as const];
  });
  return own.length + dispatched.length === 0
    ? genericTests
    : new Map([...genericTests, ...dispatched, ...own]);
}

const anyArgument: TestArgument = { required: false, complain: () => undefined };

function projectTest(
  name: string,
  macro: MacroNode,
  file: Pick<SourceFile, 'path' | 'content'> | undefined,
  packagePrefix = '',
): GenericTest {
  const names = macro.arguments.filter((each) => each !== 'model' && each !== 'column_name');
  return {
    name,
    arguments: Object.fromEntries(names.map((each) => [each, anyArgument])),
    own: {
      location: locateDefinition(macro, file),
      takesAny: /\bkwargs\b/.test(macro.macroSql),
      takesColumn: macro.arguments.includes('column_name'),
    },
    toSql({ tested, where, columnName, arguments: given }) {
      const { column_name: column = columnName, ...others } = given;
      const values = { ...(column !== null && { column_name: column }), ...others };
      const list = Object.entries(values).map(
        ([key, value]) => `${key}=${toExpression(value, key !== 'column_name')}`,
      );
      const call = (model: string): string =>
        `{{ ${packagePrefix}${macro.name}(${[`model=${model}`, ...list].join(', ')}) }}`;
      if (where === null) return call(tested);
      // The condition has its own line, so that a comment in it ends there.
      return `{%- set dbt_subquery -%}
(
  select *
  from {{ ${tested} }}
  where ${escapeTemplate(where)}
) as dbt_subquery
{%- endset -%}
${call('dbt_subquery')}`;
    },
  };
}

function locateDefinition(
  { path, name }: MacroNode,
  file: Pick<SourceFile, 'path' | 'content'> | undefined,
) {
  const own = name.slice(prefix.length);
  const found = new RegExp(`\\{%-?\\s*(?:test\\s+${own}|macro\\s+${name})\\b`).exec(
    file?.content ?? '',
  );
  if (file === undefined || found === null) return { path };
  const end = found.index + found[0].length;
  const start = end - (found[0].endsWith(name) ? name.length : own.length);
  return locateSpan(indexLines(file.content), path, { start, end });
}

/** As in dbt, a text that looks like a call of one of these, or stands in `{{ }}`, is that expression. */
const callPattern = /^\s*(?:env_var|ref|var|source)\s*\(.+\)\s*$/s;
const bracedPattern = /^\s*\{\{((?:(?!\}\}).)+)\}\}\s*$/s;

/**
 * Returns whether a text of YAML is an expression of the template language, which stays one in the test's template.
 * Source: `add_rendered_test_kwargs` of dbt-core.
 */
export function isTemplateExpression(value: JsonValue): boolean {
  return typeof value === 'string' && (callPattern.test(value) || bracedPattern.test(value));
}

/** Returns the expression of a text that is one between braces, `{{ var('methods') }}`; `undefined` for any other. */
export function bracedExpression(value: JsonValue): string | undefined {
  return typeof value === 'string' ? bracedPattern.exec(value)?.[1]?.trim() : undefined;
}

function toExpression(value: JsonValue, isRendered: boolean): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    if (!isRendered) return quoteTemplateString(value);
    if (callPattern.test(value)) return `(${value.trim()})`;
    const braced = bracedPattern.exec(value)?.[1];
    return braced === undefined ? quoteTemplateString(value) : `(${braced.trim()})`;
  }
  if (Array.isArray(value)) {
    const list: readonly JsonValue[] = value;
    return `[${list.map((each) => toExpression(each, isRendered)).join(', ')}]`;
  }
  const entries = Object.entries(value).map(
    ([key, each]: [string, JsonValue]) =>
      `${quoteTemplateString(key)}: ${toExpression(each, isRendered)}`,
  );
  return `{${entries.join(', ')}}`;
}
