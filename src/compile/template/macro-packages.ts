import { builtin, callableOf } from './arguments.js';
import { dbtMacroTexts } from './dbt-macros.js';
import { checkFilter } from './filters.js';
import { defineMacro, macroValue } from './macros.js';
import { noteDirectCall, type Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { parseTemplate } from './template-parser.js';
import { loadTemplate } from './template-text.js';
import { checkTest } from './tests.js';
import { isNone, objectOf, type CallableValue, type ObjectValue, type Value } from './values.js';

/** The package of the macros that are built in, as in dbt. */
const builtinPackage = 'dbt';

/**
 * Macros of well-known packages that ask the warehouse while they compile, and that dbt's macro of the same name answers in
 * SQL alone: it stands in for their `default__` one. What a project or the package writes for the dialect goes before it.
 */
const answeredInSql: ReadonlyMap<string, readonly string[]> = new Map([
  ['dbt_utils', ['date_spine']],
  ['dbt_date', ['date_spine']],
]);

/** The macros of all packages, and how names find them. */
export interface MacroPackages {
  /** Built-in macros by name, for templates that call them without a package. */
  readonly builtins: ReadonlyMap<string, Value>;
  /** Packages by name: `dbt.dateadd`, `my_project.cents`. */
  readonly packages: ReadonlyMap<string, Value>;
  /** dbt's own `type_string`, in the SQL that templates are written in. */
  readonly typeString: CallableValue;
  /** dbt's `adapter.dispatch`. */
  readonly dispatch: CallableValue;
}

const parsed = new Map<string, CallableValue>();

/** Returns a built-in macro; it is parsed when it is first called. Its problems are reported where it is called. */
function builtinMacro(name: string, text: string): CallableValue {
  const known = parsed.get(name + text);
  if (known) return known;
  const content = `{% macro ${name}${text}{% endmacro %}`;
  const template = loadTemplate({ path: `dbt/${name}.sql`, content });
  const [statement] = parseTemplate(template, { checkFilter, checkTest }).children;
  if (statement?.typename !== 'Macro') throw new Error(`the built-in macro '${name}' is broken`);
  const macro = macroValue(defineMacro(name, null, statement, template), null, {
    catchReturn: true,
  });
  const value: CallableValue = {
    ...macro,
    call(args, run) {
      const { place, template: caller, strictUndefined } = run;
      const frameCount = run.frames.length;
      // What is left out must not leave a gap in the SQL.
      run.strictUndefined = true;
      try {
        return macro.call(args, run);
      } catch (thrown) {
        if (thrown instanceof TemplateProblem) {
          run.frames.length = frameCount;
          run.template = caller;
          run.place = place;
        }
        throw thrown;
      } finally {
        run.strictUndefined = strictUndefined;
      }
    },
  };
  parsed.set(name + text, value);
  return value;
}

/**
 * Returns how templates find macros by package and by dispatch. `installed` are the macros of the project itself and of
 * its packages by package, `dialects` the prefixes that a dispatch tries before `default`: templates are written in one
 * SQL. `searchOrders` are the packages that `dispatch:` names for a namespace, `texts` dbt's macros in that SQL.
 */
export function createMacroPackages(
  projectName: string,
  installed: ReadonlyMap<string, ReadonlyMap<string, Value>>,
  dialects: readonly string[],
  {
    searchOrders = new Map(),
    texts = dbtMacroTexts,
  }: {
    readonly searchOrders?: ReadonlyMap<string, readonly string[]>;
    readonly texts?: Readonly<Record<string, string>>;
  } = {},
): MacroPackages {
  const prefixes = [...dialects, 'default'];
  const find = (packageName: string, name: string): Value | undefined => {
    const own = installed.get(packageName);
    if (own !== undefined) return own.get(name);
    if (packageName !== builtinPackage) return undefined;
    if (!name.startsWith('default__')) return undefined;
    const stem = name.slice('default__'.length);
    const text = Object.hasOwn(texts, stem) ? texts[stem] : undefined;
    return text === undefined ? undefined : builtinMacro(stem, text);
  };

  /** The project goes before the package, and in each the prefixes in their order, as in dbt. */
  function dispatchTo(name: string, packageName: string | null): CallableValue {
    const packages =
      packageName === null
        ? [...new Set([projectName, ...installed.keys(), builtinPackage])]
        : (searchOrders.get(packageName) ?? [...new Set([projectName, packageName])]);
    for (const each of packages) {
      const isAnswered = answeredInSql.get(each)?.includes(name) === true;
      for (const prefix of prefixes) {
        const found =
          isAnswered && prefix === 'default'
            ? find(builtinPackage, `default__${name}`)
            : find(each, `${prefix}__${name}`);
        if (found !== undefined && typeof found === 'object' && found.kind === 'callable')
          return found;
      }
    }
    const names = prefixes.map((prefix) => `'${prefix}__${name}'`).join(', ');
    throw new TemplateProblem(
      'template-undefined',
      `adapter.dispatch found no macro for '${name}': none of ${names} in ${packages.join(', ')}`,
      { hint: `write a macro named 'default__${name}', in the SQL that templates are written in` },
    );
  }

  const builtinNames = Object.keys(texts);
  const builtins = new Map<string, Value>([
    ...builtinNames.map((name): [string, Value] => [
      name,
      {
        kind: 'callable',
        name,
        call(args, run: Run) {
          noteDirectCall(run, `macro.${builtinPackage}.${name}`);
          const { isInBuiltin } = run;
          run.isInBuiltin = true;
          const result = dispatchTo(name, builtinPackage).call(args, run);
          run.isInBuiltin = isInBuiltin;
          return result;
        },
      },
    ]),
    // A macro that takes the place of dbt's may fall back on it.
    ...builtinNames.map((name): [string, Value] => {
      const full = `default__${name}`;
      return [
        full,
        {
          kind: 'callable',
          name: full,
          call: (args, run: Run) => builtinMacro(name, texts[name] ?? '').call(args, run),
        },
      ];
    }),
  ]);
  const dispatch = callableOf(
    'adapter.dispatch',
    builtin('macro_name macro_namespace?', (args) => {
      const packageName = args.value('macro_namespace');
      const name = args.text('macro_name');
      if (name.includes('.')) {
        throw new TemplateProblem(
          'template-error',
          `adapter.dispatch() expects the name of a macro, found '${name}'`,
          {
            hint: 'give the package as its second argument',
          },
        );
      }
      return dispatchTo(name, isNone(packageName) ? null : args.text('macro_namespace'));
    }),
  );
  const dbt: ObjectValue = {
    ...objectOf(`package '${builtinPackage}'`, null, builtins),
    member: (name) => builtins.get(name) ?? find(builtinPackage, name),
  };
  return {
    builtins,
    dispatch,
    typeString: builtinMacro('type_string', texts['type_string'] ?? ''),
    packages: new Map<string, Value>([
      [builtinPackage, dbt],
      ...[...installed].map(([name, macros]): [string, Value] => [
        name,
        objectOf(`${name === projectName ? 'project' : 'package'} '${name}'`, null, macros),
      ]),
    ]),
  };
}
