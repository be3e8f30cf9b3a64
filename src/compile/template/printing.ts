import { formatFloat } from './number-text.js';
import type { Run } from './run.js';
import { noteUndefined } from './note-undefined.js';
import { nestingProblem, TemplateProblem } from './template-problem.js';
import { failUndefined } from './undefined-use.js';
import type { CallableValue, SequenceValue, Value } from './values.js';

const deepestValue = 50;

/**
 * Returns what `{{ value }}` prints: Python's `str`. Functions, iterators and other things whose print is never SQL
 * are a `template-error`. What is not there prints nothing, as in Jinja2, with a `template-warning`.
 */
export function toText(value: Value, run: Run): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return literalText(value);
  if (value.kind === 'undefined') {
    noteUndefined(value, run);
    return '';
  }
  if (value.kind === 'object' && value.text !== null) return value.text;
  return toRepresentation(value, run);
}

function literalText(value: boolean | bigint | number): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'bigint' ? value.toString() : formatFloat(value);
}

/** Returns Python's `repr`: how a value prints inside a list or dict. */
export function toRepresentation(value: Value, run: Run, depth = 0): string {
  if (depth > deepestValue) throw nestingProblem();
  run.budget.step();
  if (typeof value === 'string') {
    run.budget.allocateText(value.length);
    return quoteString(value);
  }
  if (typeof value !== 'object') return literalText(value);
  switch (value.kind) {
    case 'none':
      return 'None';
    case 'undefined':
      return failUndefined(value);
    case 'sequence':
      return sequenceText(value, run, depth);
    case 'dict': {
      const entries = [...value.entries.values()].map(
        ({ key, value: item }) =>
          `${toRepresentation(key, run, depth + 1)}: ${toRepresentation(item, run, depth + 1)}`,
      );
      return `{${entries.join(', ')}}`;
    }
    case 'object':
      if (value.representation !== undefined) return value.representation;
      throw new TemplateProblem('template-error', `${article(value.typeName)} cannot be printed`, {
        ...(value.text !== null && { hint: 'print the items of the list one by one' }),
      });
    case 'callable':
      throw functionPrinted(value);
  }
}

function sequenceText(value: SequenceValue, run: Run, depth: number): string {
  if (value.type === 'iterator' || value.type === 'range') {
    throw new TemplateProblem('template-error', `${article(value.type)} cannot be printed`, {
      hint: "make it a list with '| list', or join it with '| join(', ')'",
    });
  }
  const items = value.items.map((item) => toRepresentation(item, run, depth + 1));
  const text = items.join(', ');
  if (value.type === 'tuple') return items.length === 1 ? `(${text},)` : `(${text})`;
  if (value.type === 'set') return items.length === 0 ? 'set()' : `{${text}}`;
  return value.type === 'list' ? `[${text}]` : `${value.type}([${text}])`;
}

function article(name: string): string {
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

function functionPrinted(value: CallableValue): TemplateProblem {
  return new TemplateProblem('template-error', `'${value.name}' is a function, not a text`, {
    hint: `call it: ${value.name}(…)`,
  });
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Python's `repr` of a string: single quotes unless only they occur inside. */
function quoteString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(/[\\\n\r\t]|[\p{C}\p{Z}]|'/gu, (character) => {
    if (character === ' ') return character;
    if (character === "'") return quote === "'" ? "\\'" : "'";
    return escapes[character] ?? escapeCode(character.codePointAt(0) ?? 0);
  });
  return quote + inside + quote;
}

function escapeCode(code: number): string {
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
