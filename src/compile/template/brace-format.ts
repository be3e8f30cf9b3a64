import type { BoundArguments } from './arguments.js';
import { toText } from './printing.js';
import type { Run } from './run.js';
import { TemplateProblem } from './template-problem.js';

const field = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

function fail(message: string): never {
  throw new TemplateProblem('template-error', `format(): ${message}`);
}

/**
 * Returns Python's `template.format(…)` with `{}`, `{0}` and `{name}`. Attribute look-ups, conversions and format
 * specifications inside of the braces are `template-unsupported`.
 */
export function formatBraces(
  template: string,
  args: Pick<BoundArguments, 'rest' | 'named'>,
  run: Run,
): string {
  let automatic = 0;
  let numbered = false;
  run.budget.touch(template.length);

  return template.replace(field, (all: string, inside: string | undefined) => {
    if (all === '{{') return '{';
    if (all === '}}') return '}';
    if (inside === undefined) return fail(`a single '${all}' must be doubled`);
    if (!/^[\p{L}\p{N}_]*$/u.test(inside)) {
      throw new TemplateProblem('template-unsupported', `format() does not support '{${inside}}'`, {
        hint: "give the value ready to print, or use '%' formatting",
      });
    }
    const isNumber = /^\d+$/.test(inside);
    if (isNumber) numbered = true;
    if (inside === '' && numbered) fail("'{}' and '{0}' cannot be mixed");
    const value =
      isNumber || inside === ''
        ? args.rest[isNumber ? Number(inside) : automatic++]
        : args.named.get(inside);
    if (isNumber && automatic > 0) fail("'{}' and '{0}' cannot be mixed");
    if (value === undefined) return fail(`there is no value for '{${inside}}'`);
    const text = toText(value, run);
    run.budget.allocateText(text.length);
    return text;
  });
}
