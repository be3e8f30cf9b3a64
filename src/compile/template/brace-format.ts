import type { BoundArguments } from './arguments.js';
import { formatValue } from './format-spec.js';
import { toRepresentation, toText } from './printing.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';
import type { Value } from './values.js';

const field = /\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g;

function fail(message: string): never {
  throw new TemplateProblem('template-error', `format(): ${message}`);
}

/**
 * Returns Python's `template.format(…)` with `{}`, `{0}`, `{name}`, conversions (`!r`, `!s`) and format specifications.
 * Attribute and item look-ups inside of the braces are `template-unsupported`: they are the classic way out of a sandbox.
 */
export function formatBraces(
  template: string,
  args: Pick<BoundArguments, 'rest' | 'named'>,
  run: Run,
): string {
  let automatic = 0;
  let numbered = false;
  run.budget.touch(template.length);

  function valueOf(name: string): Value {
    if (!/^[\p{L}\p{N}_]*$/u.test(name)) {
      throw new TemplateProblem('template-unsupported', `format() does not support '{${name}}'`, {
        hint: 'give the part of the value itself as an argument',
      });
    }
    const isNumber = /^\d+$/.test(name);
    if (isNumber) numbered = true;
    if (name === '' && numbered) fail("'{}' and '{0}' cannot be mixed");
    if (isNumber && automatic > 0) fail("'{}' and '{0}' cannot be mixed");
    const value =
      isNumber || name === ''
        ? args.rest[isNumber ? Number(name) : automatic++]
        : args.named.get(name);
    return value ?? fail(`there is no value for '{${name}}'`);
  }

  return template.replace(field, (all: string, inside: string | undefined) => {
    if (all === '{{') return '{';
    if (all === '}}') return '}';
    if (inside === undefined) return fail(`a single '${all}' must be doubled`);
    const [, name = '', conversion, spec = ''] =
      /^([^!:]*)(?:!([^:]*))?(?::([\s\S]*))?$/.exec(inside) ?? [];
    const value = valueOf(name);
    if (conversion !== undefined && conversion !== 'r' && conversion !== 's') {
      return fail(`there is no conversion '!${conversion}'`);
    }
    const converted =
      conversion === undefined
        ? value
        : conversion === 'r'
          ? toRepresentation(value, run)
          : toText(value, run);
    const filled = spec.replace(/\{([^{}]*)\}/g, (_, inner: string) => toText(valueOf(inner), run));
    const text = formatValue(converted, filled, run);
    run.budget.allocateText(text.length);
    return text;
  });
}
