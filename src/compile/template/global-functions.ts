import { builtin, callableOf } from './arguments.js';
import { toPairs } from './collection-methods.js';
import { dictOf } from './dicts.js';
import { ReturnSignal } from './macros.js';
import { addWarning } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { toText } from './printing.js';
import { objectOf, type ObjectValue, type Value } from './values.js';

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
  ['exceptions', exceptions],
  ['execute', true],
  [
    'log',
    callableOf(
      'log',
      builtin('msg info?', () => ''),
    ),
  ],
  [
    'return',
    callableOf(
      'return',
      builtin('data?', (args) => {
        throw new ReturnSignal(args.value('data'));
      }),
    ),
  ],
]);

const reasons = {
  pure: 'templates are pure: they cannot query or change the warehouse while they compile',
  later: 'not supported yet',
  files: 'templates cannot read other files; macros of the macros folder are visible everywhere',
  fixed: 'the same project must compile to the same SQL each time',
} as const;

/** Names that Jinja2, dbt or nunjucks has and this engine refuses, with the reason. */
export const refusedNames: ReadonlyMap<string, string> = new Map<string, string>([
  ...[
    'run_query',
    'statement',
    'adapter',
    'load_result',
    'store_result',
    'store_raw_result',
    'api',
  ].map((name): [string, string] => [name, reasons.pure]),
  ...[
    'builtins',
    'context',
    'cycler',
    'database',
    'dbt',
    'dbt_version',
    'doc',
    'flags',
    'fromjson',
    'fromyaml',
    'graph',
    'invocation_args_dict',
    'joiner',
    'lipsum',
    'local_md5',
    'metrics',
    'model',
    'modules',
    'on_run_end_context',
    'print',
    'render',
    'schema',
    'selected_resources',
    'set',
    'set_strict',
    'snapshot',
    'thread_id',
    'tojson',
    'toyaml',
    'try_or_compiler_error',
    'write',
    'zip',
    'zip_strict',
  ].map((name): [string, string] => [name, reasons.later]),
  ['this', 'only models have a relation of their own'],
  ...['self', 'super'].map((name): [string, string] => [name, reasons.files]),
  ...['run_started_at', 'invocation_id'].map((name): [string, string] => [name, reasons.fixed]),
]);
