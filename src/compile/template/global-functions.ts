import { builtin, callableOf } from './arguments.js';
import { toPairs } from './collection-methods.js';
import { dictOf } from './dicts.js';
import { ReturnSignal } from './macros.js';
import { addWarning } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { toText } from './printing.js';
import { none, objectOf, type ObjectValue, type Value } from './values.js';

/** Returns Jinja2's namespace: the one object whose attributes templates can set. */
function namespaceOf(members: Map<string, Value>): ObjectValue {
  return {
    ...objectOf('namespace', null, members),
    assign: (name, value) => {
      members.set(name, value);
    },
  };
}

const range = builtin('first last? step?', (args, run) => {
  const [start, stop] = args.has('last')
    ? [args.integer('first'), args.integer('last')]
    : [0, args.integer('first')];
  const step = args.integer('step', 1);
  if (step === 0) throw new TemplateProblem('template-error', 'the step of range() cannot be 0');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  run.budget.allocateItems(length);
  const items = Array.from({ length }, (_, index) => BigInt(start + index * step));
  return { kind: 'sequence', type: 'range', items };
});

const dict = builtin('other? **', (args, run) => {
  const pairs = args.has('other') ? toPairs(args.value('other'), run) : [];
  return dictOf([...pairs, ...args.named], run);
});

const namespace = builtin('other? **', (args, run) => {
  const pairs = args.has('other') ? toPairs(args.value('other'), run) : [];
  const members = new Map<string, Value>();
  for (const [key, value] of pairs) if (typeof key === 'string') members.set(key, value);
  for (const [key, value] of args.named) members.set(key, value);
  return namespaceOf(members);
});

/** Jinja2's `cycler`: gives its values one after the other. */
const cycler = builtin('*', ({ rest }) => {
  let position = 0;
  const current = (): Value => rest[position % rest.length] ?? none;
  if (rest.length === 0) throw new TemplateProblem('template-error', 'cycler() needs values');
  const next = builtin('', () => {
    const value = current();
    position += 1;
    return value;
  });
  const reset = builtin('', () => {
    position = 0;
    return none;
  });
  const members: Readonly<Record<string, () => Value>> = {
    current,
    next: () => callableOf('cycler.next', next),
    reset: () => callableOf('cycler.reset', reset),
  };
  return {
    kind: 'object',
    typeName: 'cycler',
    text: null,
    memberNames: () => Object.keys(members),
    member: (name) => (Object.hasOwn(members, name) ? members[name]?.() : undefined),
  };
});

/** Jinja2's `joiner`: prints nothing the first time, then the separator. */
const joiner = builtin('sep?', (args) => {
  const separator = args.text('sep', ', ');
  let isFirst = true;
  const next = builtin('', () => {
    const text = isFirst ? '' : separator;
    isFirst = false;
    return text;
  });
  return {
    ...objectOf('joiner', null, new Map()),
    call: callableOf('joiner', next).call,
  };
});

/** dbt's `exceptions`, as far as templates may end or warn. */
const exceptions = objectOf(
  'exceptions',
  null,
  new Map([
    [
      'raise_compiler_error',
      callableOf(
        'exceptions.raise_compiler_error',
        builtin('msg node?', (args, run) => {
          throw new TemplateProblem('template-error', toText(args.value('msg'), run));
        }),
      ),
    ],
    [
      'raise_not_implemented',
      callableOf(
        'exceptions.raise_not_implemented',
        builtin('msg', (args, run) => {
          throw new TemplateProblem('template-error', toText(args.value('msg'), run));
        }),
      ),
    ],
    [
      'warn',
      callableOf(
        'exceptions.warn',
        builtin('msg node?', (args, run) => {
          addWarning(run, toText(args.value('msg'), run));
          return '';
        }),
      ),
    ],
  ]),
);

/** Functions and values that need nothing of the project. */
export const globalFunctions: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['range', callableOf('range', range)],
  ['dict', callableOf('dict', dict)],
  ['namespace', callableOf('namespace', namespace)],
  ['cycler', callableOf('cycler', cycler)],
  ['joiner', callableOf('joiner', joiner)],
  ['exceptions', exceptions],
  ['execute', true],
  [
    'log',
    callableOf(
      'log',
      builtin('msg~ info?', () => ''),
    ),
  ],
  [
    'print',
    callableOf(
      'print',
      builtin('msg~', () => ''),
    ),
  ],
  [
    'return',
    callableOf(
      'return',
      // Also what is not defined, as in dbt: dbt_utils returns such a default to the caller, which may never use it.
      builtin('data?~', (args) => {
        throw new ReturnSignal(args.value('data'));
      }),
    ),
  ],
]);

const pure = 'templates are pure: they cannot query or change the warehouse while they compile';
const rewrite = 'write it in SQL, give it as a var, or declare it in YAML';
const later = 'not supported yet';
const files =
  'templates cannot read other files; macros of the macros folder are visible everywhere';

/** Names that Jinja2, dbt or nunjucks has and this engine refuses, with the reason and what to do instead. */
export const refusedNames: ReadonlyMap<string, string> = new Map<string, string>([
  ...[
    'run_query',
    'statement',
    'load_result',
    'store_result',
    'store_raw_result',
    'load_relation',
  ].map((name): [string, string] => [name, `${pure}; ${rewrite}`]),
  ['doc', 'descriptions and doc() stand in YAML'],
  ['invocation_args_dict', 'a template must not depend on how the command was called; give a var'],
  ['selected_resources', 'a model must be the same whatever is selected with it'],
  ['schema', "write 'target.schema' or 'this.schema'"],
  ['database', "write 'target.database' or 'this.database'"],
  ['lipsum', 'it is text by chance'],
  ...[
    'context',
    'metrics',
    'on_run_end_context',
    'render',
    'snapshot',
    'thread_id',
    'try_or_compiler_error',
    'write',
  ].map((name): [string, string] => [name, later]),
  ['this', 'only models have a relation of their own'],
  ['model', 'only what is rendered for a node has a model'],
  ...['self', 'super'].map((name): [string, string] => [name, files]),
  ...['run_started_at', 'invocation_id'].map((name): [string, string] => [
    name,
    'it is known only in models, tests and macros of a run',
  ]),
]);
