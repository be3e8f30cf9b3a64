import { limits } from './budget.js';
import { checkFilter } from './filters.js';
import type { Run } from './run.js';
import { innerScope } from './scope.js';
import { parseTemplate } from './template-parser.js';
import { TemplateProblem } from './template-problem.js';
import { loadTemplate } from './template-text.js';
import { checkTest } from './tests.js';

/** Returns whether the value of a variable is a template. */
export function isTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

/**
 * Returns what the Jinja in a variable's value prints where `var()` is called: it sees what the calling template sees, and
 * its `ref` is one of the caller's, as in dbt (`Var.get_rendered_var`). Its place in the project file is not known, so
 * problems are reported in the line of the call.
 */
export function renderVar(name: string, text: string, run: Run): string {
  const { template, place, depth } = run;
  const frameCount = run.frames.length;
  if (frameCount >= limits.macroDepth) {
    throw new TemplateProblem('template-error', 'variables call each other too deeply', {
      hint: `does the value of '${name}' ask for itself?`,
    });
  }
  run.budget.call();
  const firstLine = template.firstLine + place.lineno;
  const own = loadTemplate({ path: template.path, content: text, firstLine });
  const root = parseTemplate(own, { checkFilter, checkTest });
  run.frames.push({ macro: name, template, place });
  run.template = own;
  const result = run.captureBody(root, innerScope(null), run);
  run.frames.length = frameCount;
  run.template = template;
  run.place = place;
  run.depth = depth;
  return result;
}
