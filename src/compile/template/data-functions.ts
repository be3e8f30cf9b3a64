import { builtin, callableOf } from './arguments.js';
import { hashKey } from './comparing.js';
import { toItems } from './iterating.js';
import { fromJson, toJson } from './json-values.js';
import { jsonText, parseJsonText } from './json-text.js';
import type { JsonValue } from '../../core/node.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import { iteratorOf, tupleOf, typeName, type SequenceValue, type Value } from './values.js';

/** How YAML is read and written; the library has its home in another room. */
export interface YamlFunctions {
  /** Returns the data, or `undefined` if the text is not valid YAML. */
  readonly parse: (text: string) => JsonValue | undefined;
  readonly write: (value: JsonValue, options: { readonly sortKeys: boolean }) => string;
}

/** What dbt's functions need from outside of the pure rooms; what is not given is refused. */
export interface OutsideFunctions {
  readonly yaml?: YamlFunctions;
  /** The MD5 of a text, in hexadecimal digits. */
  readonly md5?: (text: string) => string;
}

/** Returns Python's `set` of the items: each once, in the order they came. */
export function setOf(items: readonly Value[], run: Run): SequenceValue {
  const byHash = new Map<string, Value>();
  for (const item of items) {
    const hash = hashKey(item, run);
    if (!byHash.has(hash)) byHash.set(hash, item);
  }
  run.budget.allocateItems(byHash.size);
  return { kind: 'sequence', type: 'set', items: [...byHash.values()] };
}

function isIterable(value: Value): boolean {
  return (
    typeof value === 'string' ||
    (typeof value === 'object' && (value.kind === 'sequence' || value.kind === 'dict'))
  );
}

function zip(sequences: readonly Value[], run: Run): Value {
  const pools = sequences.map((each) => toItems(each, run));
  const length = pools.length === 0 ? 0 : Math.min(...pools.map((pool) => pool.length));
  run.budget.allocateItems(length * pools.length);
  return iteratorOf(
    Array.from({ length }, (_, at) => tupleOf(pools.flatMap((pool) => pool.slice(at, at + 1)))),
  );
}

/** The data of a text, or the default: dbt's `fromjson` and `fromyaml` fail only without one. */
function reading(
  what: string,
  parse: (text: string, run: Run) => Value | undefined,
): (text: string, fallback: Value | undefined, run: Run) => Value {
  return (text, fallback, run) => {
    const value = parse(text, run) ?? fallback;
    if (value !== undefined) return value;
    throw new TemplateProblem('template-error', `the text is not valid ${what}`, {
      hint: 'give a default as the second argument',
    });
  };
}

const readJson = reading('JSON', parseJsonText);

/** Returns dbt's functions of data: `tojson`, `fromjson`, `toyaml`, `fromyaml`, `set`, `zip`, `local_md5`. */
export function dataFunctions({ yaml, md5 }: OutsideFunctions): ReadonlyMap<string, Value> {
  const define = (
    name: string,
    signature: string,
    call: Parameters<typeof builtin>[1],
  ): [string, Value] => [name, callableOf(name, builtin(signature, call))];
  const requireYaml = (): YamlFunctions => {
    if (yaml !== undefined) return yaml;
    throw new TemplateProblem('template-unsupported', 'YAML is not known here', {
      hint: 'use JSON: tojson() and fromjson()',
    });
  };
  const requireMd5 = (): ((text: string) => string) => {
    if (md5 !== undefined) return md5;
    throw new TemplateProblem('template-unsupported', 'local_md5() is not known here');
  };
  const readYaml = reading('YAML', (text, run) => {
    run.budget.allocateText(text.length);
    const value = requireYaml().parse(text);
    return value === undefined ? undefined : fromJson(value, run);
  });
  return new Map([
    define('fromjson', 'string default?', (args, run) =>
      readJson(args.text('string'), args.optional('default'), run),
    ),
    define('fromyaml', 'value default?', (args, run) =>
      readYaml(args.text('value'), args.optional('default'), run),
    ),
    define('tojson', 'value default? sort_keys?', (args, run) => {
      const sortKeys = args.flag('sort_keys', false);
      try {
        return jsonText(args.value('value'), { sortKeys, indent: null }, run);
      } catch (thrown) {
        const fallback = args.optional('default');
        if (fallback !== undefined && thrown instanceof TemplateProblem) return fallback;
        throw thrown;
      }
    }),
    define('toyaml', 'value default? sort_keys?', (args, run) => {
      const text = requireYaml().write(toJson(args.value('value'), run), {
        sortKeys: args.flag('sort_keys', false),
      });
      run.budget.allocateText(text.length);
      return text;
    }),
    define('set', 'value default?', (args, run) => {
      const value = args.value('value');
      return isIterable(value) ? setOf(toItems(value, run), run) : args.value('default');
    }),
    define('set_strict', 'value', (args, run) => setOf(toItems(args.value('value'), run), run)),
    define('zip', '* **', ({ rest, named }, run) => {
      const fallback = named.get('default');
      return rest.every(isIterable) ? zip(rest, run) : (fallback ?? notIterable(rest));
    }),
    define('zip_strict', '*', ({ rest }, run) => zip(rest, run)),
    define('local_md5', 'value', (args) => requireMd5()(args.text('value'))),
  ]);
}

function notIterable(values: readonly Value[]): never {
  const wrong = values.find((value) => !isIterable(value));
  throw new TemplateProblem(
    'template-error',
    `zip() expects lists, found ${wrong === undefined ? 'nothing' : typeName(wrong)}`,
  );
}
