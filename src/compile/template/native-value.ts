import type { JsonValue } from '../../core/node.js';
import { checkFilter } from './filters.js';
import { toJson } from './json-values.js';
import { walkNodes, type Expression, type RootNode } from './nodes.js';
import type { Output } from './output.js';
import type { Run } from './run.js';
import { parseTemplate } from './template-parser.js';
import { TemplateProblem } from './template-problem.js';
import { loadTemplate } from './template-text.js';
import { checkTest } from './tests.js';
import { isCallable, isObject, isUndefined, type Value } from './values.js';

/** What a template printed last, and how many parts it printed. */
interface Printed {
  parts: number;
  last?: { readonly value: Value; readonly node: Expression };
}

/** Returns output that hands all on to `output` and remembers the value that was printed, if it was only one. */
export function rememberValue(output: Output): {
  readonly output: Output;
  /** Returns that value as plain data, as Jinja2's native types have it; `undefined` where the template prints a text. */
  readonly value: (run: Run) => JsonValue | undefined;
} {
  const printed: Printed = { parts: 0 };
  return {
    output: {
      ...output,
      writeData(text, place) {
        if (text !== '') printed.parts += 1;
        output.writeData(text, place);
      },
      writeValue(text, place, source) {
        printed.parts += 1;
        if (source) printed.last = source;
        output.writeValue(text, place);
      },
    },
    value(run) {
      const { parts, last } = printed;
      if (parts !== 1 || last === undefined || isConstant(last.node)) return undefined;
      const { value, node } = last;
      if (typeof value === 'string') return asKind(node) ? readLiteral(value) : undefined;
      if (node.typename === 'Filter' && node.name.value === 'as_text') return undefined;
      if (isUndefined(value) || isObject(value) || isCallable(value)) return undefined;
      return toJson(value, run);
    },
  };
}

/** dbt's filters that ask for the value which a text means. */
function asKind(node: Expression): boolean {
  return (
    node.typename === 'Filter' && ['as_bool', 'as_native', 'as_number'].includes(node.name.value)
  );
}

/** Jinja2 puts expressions of literals into the text when it reads the template: `{{ 1 + 1 }}` is a text there. */
function isConstant(expression: Expression): boolean {
  for (const { typename } of walkNodes(expression)) {
    if (['Symbol', 'FunCall', 'Filter', 'Is'].includes(typename)) return false;
  }
  return true;
}

/** Returns what a text means as a literal of Python, if it is one. */
function readLiteral(text: string): JsonValue | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)$/u.test(word)) return Number(word);
  const only = expressionOf(text);
  return only === undefined ? undefined : literalValue(only);
}

function expressionOf(text: string): Expression | undefined {
  try {
    const root: RootNode = parseTemplate(loadTemplate({ path: '', content: `{{ ${text} }}` }), {
      checkFilter,
      checkTest,
    });
    const [output] = root.children;
    if (root.children.length !== 1 || output?.typename !== 'Output') return undefined;
    const [only] = output.children;
    return output.children.length !== 1 || only?.typename === 'TemplateData' ? undefined : only;
  } catch (thrown) {
    if (thrown instanceof TemplateProblem) return undefined;
    throw thrown;
  }
}

/** Returns the data of literals, lists and dicts of them; `undefined` for anything else. */
function literalValue(node: Expression): JsonValue | undefined {
  if (node.typename === 'Literal') {
    return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  }
  if (node.typename === 'Array' || node.typename === 'Group') {
    const items = node.children.map(literalValue);
    return items.some((each) => each === undefined) ? undefined : (items as JsonValue[]);
  }
  if (node.typename !== 'Dict') return undefined;
  const pairs = node.children.map(({ key, value }) => [literalValue(key), literalValue(value)]);
  if (pairs.some(([key, value]) => typeof key !== 'string' || value === undefined))
    return undefined;
  return Object.fromEntries(pairs) as JsonValue;
}
