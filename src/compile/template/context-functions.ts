import { hookKeyOf, hookValues, isHookKey } from './hook-values.js';
import { dbtVersion } from '../../core/dbt-version.js';
import { isSecretName } from '../../core/secrets.js';
import { didYouMean } from '../../core/suggest.js';
import type { JsonValue, VersionId } from '../../core/node.js';
import type { TemplateContext } from '../../core/template.js';
import { argumentPlace, builtin, callableOf, type BoundArguments } from './arguments.js';
import { toText } from './printing.js';
import { isDict, isNone, objectOf, typeName, type Value } from './values.js';
import { flagsObject } from './dbt-objects.js';
import { copyOnDemand, fromJson, toJson } from './json-values.js';
import { dictOf } from './dicts.js';
import { instantMicros, modulesObject } from './modules-object.js';
import { temporalValue } from './temporal.js';
import { noteDirectCall, type Run } from './run.js';
import { isTemplate, renderVar } from './render-var.js';
import { TemplateProblem } from './template-problem.js';

/** A `ref` in a template; `run.place` is the place of the name. */
export interface RefRequest {
  readonly name: string;
  readonly package?: string;
  readonly version?: VersionId;
}

/** A `source` in a template; `run.place` is the place of the table's name. */
export interface SourceRequest {
  readonly source: string;
  readonly table: string;
}

/** Values by name, which need not be there before they are asked for. */
export interface NamedValues {
  get(name: string): Value | undefined;
  keys(): Iterable<string>;
}

/** What the functions of dbt's context do, which differs between a capture and a render. */
export interface ContextBindings {
  ref(call: RefRequest, run: Run): Value;
  source(call: SourceRequest, run: Run): Value;
  /** Returns the text that `doc()` names; `undefined` where descriptions are not what is rendered. */
  readonly doc?: (call: Omit<RefRequest, 'version'>, run: Run) => string;
  /** Returns what `graph` shows. */
  readonly graph: () => Readonly<Record<string, JsonValue>>;
  /** `undefined` where there is no relation to speak of. */
  readonly this: Value | undefined;
  isIncremental(): boolean;
  /** Takes the arguments of a `config()` call. */
  setConfig(values: Readonly<Record<string, JsonValue>>, run: Run): void;
  getConfig(name: string): JsonValue | undefined;
  /** dbt's `model`: what is known of the node that is rendered. */
  readonly model: (() => Readonly<Record<string, JsonValue>>) | undefined;
}

/** What `graph` shows while files are parsed: the graph is made of what they say. */
export const emptyGraph: Readonly<Record<string, JsonValue>> = {
  nodes: {},
  sources: {},
  exposures: {},
  groups: {},
  metrics: {},
  semantic_models: {},
  saved_queries: {},
};

/**
 * Credentials of the program itself and of the service it is run by: a template of a pull request must not write them
 * into SQL.
 */
const credentials: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
]);

/** Returns whether templates must not see an environment variable. Names compare without regard to case, as on Windows. */
function isHidden(name: string): boolean {
  return isSecretName(name) || credentials.has(name.toUpperCase());
}

const ownProjectFile = 'stedi_project.yml';

/** Returns `var()` for one render. `projectFile` is where a variable would stand. */
export function varFunction(
  vars: TemplateContext['vars'],
  projectFile: string = ownProjectFile,
): Value {
  const find = copyOnDemand(vars);
  const read = (args: BoundArguments, run: Run): string => {
    const name = args.text('name');
    run.varsRead.add(name);
    return name;
  };
  const hasVar = builtin('name', (args, run) => Object.hasOwn(vars, read(args, run)));
  return callableOf(
    'var',
    builtin('name default?', (args, run) => {
      const name = read(args, run);
      const given = find(name, run);
      if (typeof given === 'string' && isTemplate(given)) return renderVar(name, given, run);
      const value = given ?? args.optional('default');
      if (value !== undefined) return value;
      run.place = argumentPlace(args, 0, run);
      const setIt = `give it a value under 'vars:' in ${projectFile} or with --vars, or a default: var('${name}', …)`;
      const similar = didYouMean(name, Object.keys(vars));
      throw new TemplateProblem(
        'var-undefined',
        `the variable '${name}' has neither a value nor a default`,
        { hint: similar === undefined ? setIt : `${similar} Otherwise ${setIt}` },
      );
    }),
    new Map([['has_var', callableOf('var.has_var', hasVar)]]),
  );
}

/** Returns `env_var()`. `onSecret` hears the values of secrets, where they are allowed. */
export function envVarFunction(
  env: TemplateContext['env'],
  secrets: {
    readonly allowed: boolean;
    readonly onSecret?: (value: string) => void;
    readonly projectFile?: string | undefined;
  },
): Value {
  return callableOf(
    'env_var',
    builtin('name default?', (args, run) => {
      const name = args.text('name');
      const isSecret = isHidden(name);
      if (isSecret && !secrets.allowed) {
        run.place = argumentPlace(args, 0, run);
        throw new TemplateProblem(
          'template-forbidden',
          `the environment variable '${name}' holds a secret, which SQL and macros must not show`,
          {
            hint:
              (secrets.projectFile ?? ownProjectFile) === ownProjectFile
                ? `secrets belong into 'targets:' of ${ownProjectFile}`
                : 'secrets belong into profiles.yml',
          },
        );
      }
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value !== undefined) {
        if (isSecret) secrets.onSecret?.(value);
        return value;
      }
      const fallback = args.optional('default');
      if (fallback !== undefined) return fallback;
      run.place = argumentPlace(args, 0, run);
      throw new TemplateProblem(
        'env-var-undefined',
        `the environment variable '${name}' is not set and has no default`,
        { hint: `set it, or give a default: env_var('${name}', '…')` },
      );
    }),
  );
}

function refFunction(bindings: ContextBindings): Value {
  return callableOf(
    'ref',
    builtin('model second? **', (args, run) => {
      if (args.named.size > 0) {
        const [wrong] = [...args.named.keys()].filter((name) => name !== 'v' && name !== 'version');
        if (wrong !== undefined) {
          throw new TemplateProblem('template-error', `ref() takes no argument named '${wrong}'`);
        }
      }
      const version = toVersion(args.named.get('version') ?? args.named.get('v'), run);
      const hasPackage = args.has('second');
      const name = args.text(hasPackage ? 'second' : 'model');
      run.place = argumentPlace(args, hasPackage ? 1 : 0, run);
      return bindings.ref(
        {
          name,
          ...(hasPackage && { package: args.text('model') }),
          ...(version !== undefined && { version }),
        },
        run,
      );
    }),
  );
}

/** A version's name: `2` and `'2'` are one, `1.0` is written as in Python. None is no version. */
function toVersion(value: Value | undefined, run: Run): VersionId | undefined {
  if (value === undefined || isNone(value)) return undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' || typeof value === 'number') return toText(value, run);
  throw new TemplateProblem(
    'template-error',
    `ref() expects a number or a string as the version, found ${typeName(value)}`,
  );
}

/** Returns dbt's `doc()`, for descriptions. */
function docFunction(doc: NonNullable<ContextBindings['doc']>): Value {
  return callableOf(
    'doc',
    builtin('name second?', (args, run) => {
      const hasPackage = args.has('second');
      const name = args.text(hasPackage ? 'second' : 'name');
      run.place = argumentPlace(args, hasPackage ? 1 : 0, run);
      return doc({ name, ...(hasPackage && { package: args.text('name') }) }, run);
    }),
  );
}

function sourceFunction(bindings: ContextBindings): Value {
  return callableOf(
    'source',
    builtin('source table', (args, run) => {
      const call = { source: args.text('source'), table: args.text('table') };
      run.place = argumentPlace(args, 1, run);
      return bindings.source(call, run);
    }),
  );
}

function configFunction(bindings: ContextBindings): Value {
  const find = (args: BoundArguments, run: Run): Value | undefined => {
    const name = args.text('name');
    const hooks = hookKeyOf(name);
    const value = isHookKey(name) ? undefined : bindings.getConfig(hooks ?? name);
    if (value === undefined) return undefined;
    return hooks === undefined ? fromJson(value, run) : hookValues(value, run);
  };
  const get = builtin('name default?', (args, run) => find(args, run) ?? args.value('default'));
  const require = builtin('name', (args, run) => {
    const value = find(args, run);
    if (value !== undefined) return value;
    throw new TemplateProblem(
      'template-error',
      `the configuration '${args.text('name')}' is required and has no value`,
    );
  });
  const set = builtin('name value', (args, run) => {
    const value = toJson(args.value('value'), run);
    bindings.setConfig({ [args.text('name')]: value }, run);
    return '';
  });
  return callableOf(
    'config',
    builtin('values? **', (args, run) => {
      const values = args.optional('values') ?? dictOf([], run);
      if (!isDict(values)) {
        throw new TemplateProblem(
          'template-error',
          `config() expects named arguments, found ${typeName(values)}`,
          { hint: "write config(materialized='table')" },
        );
      }
      const pairs = [...values.entries.values()].map(({ key, value }) => [key, value] as const);
      const all = toJson(dictOf([...pairs, ...args.named], run), run);
      bindings.setConfig(all as Readonly<Record<string, JsonValue>>, run);
      return '';
    }),
    new Map([
      ['get', callableOf('config.get', get)],
      ['set', callableOf('config.set', set)],
      ['require', callableOf('config.require', require)],
    ]),
  );
}

/** Names of dbt's context that know when the run began or which it is. */
const runValues: ReadonlyMap<string, (run: TemplateContext['run']) => Value | undefined> = new Map<
  string,
  (run: TemplateContext['run']) => Value | undefined
>([
  ['modules', (run) => modulesObject(run && instantMicros(run.startedAt))],
  [
    'run_started_at',
    (run) => {
      const micros = run && instantMicros(run.startedAt);
      return micros === undefined
        ? undefined
        : temporalValue({ type: 'datetime', micros, utc: true });
    },
  ],
  ['invocation_id', (run) => run?.invocationId],
  ['flags', (run) => flagsObject(run)],
]);

/**
 * Returns dbt's context of one template: its functions and values, by name. `context.run` is looked at only when a
 * template asks for what knows of the run: the cache of captures watches that.
 */
export function contextValues(context: TemplateContext, bindings: ContextBindings): NamedValues {
  const own = new Map<string, Value>([
    ['ref', refFunction(bindings)],
    ['source', sourceFunction(bindings)],
    ['config', configFunction(bindings)],
  ]);
  const values = new Map<string, Value>([
    ...own,
    // What dbt projects call when they put a macro before ref(), source() or config().
    ['builtins', objectOf('builtins', null, own)],
    ['var', varFunction(context.vars, context.projectFile)],
    ['env_var', envVarFunction(context.env, { allowed: false, projectFile: context.projectFile })],
    [
      'is_incremental',
      callableOf(
        'is_incremental',
        builtin('', (_, run) => {
          noteDirectCall(run, 'macro.dbt.is_incremental');
          return bindings.isIncremental();
        }),
      ),
    ],
    ['project_name', context.projectName],
    ['dbt_version', dbtVersion],
    ...(bindings.doc === undefined ? [] : ([['doc', docFunction(bindings.doc)]] as const)),
    ...(bindings.this === undefined ? [] : ([['this', bindings.this]] as const)),
  ]);
  return {
    get(name) {
      const known = values.get(name);
      if (known !== undefined) return known;
      const value = runValues.get(name)?.(context.run);
      if (value !== undefined) values.set(name, value);
      return value;
    },
    keys: () => [
      ...values.keys(),
      ...[...runValues].flatMap(([name, make]) => (make(context.run) === undefined ? [] : name)),
    ],
  };
}
