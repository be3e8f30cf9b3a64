import type { UniqueId } from '../../core/node.js';
import { warningDiagnostic, type Diagnostic, type RelatedLocation } from '../../core/diagnostic.js';
import type { Arguments } from './arguments.js';
import type { Budget } from './budget.js';
import type { Output } from './output.js';
import type { BodyNode, Place } from './nodes.js';
import type { Scope } from './scope.js';
import { TemplateProblem } from './template-problem.js';
import { locatePlace, type TemplateText } from './template-text.js';
import type { Value } from './values.js';

/** A call of a macro that is not finished. */
export interface Frame {
  readonly macro: string;
  /** Where it was called. */
  readonly template: TemplateText;
  readonly place: Place;
}

/** The names that a template finds besides its own variables. */
export interface Globals {
  get(name: string, run: Run): Value | undefined;
  /** All names, for "did you mean". */
  names(): readonly string[];
  /** Returns why a name that dbt or Jinja2 has is not there, if so. */
  refusal(name: string): string | undefined;
}

/** The state of one render. */
export interface Run {
  readonly budget: Budget;
  readonly globals: Globals;
  /** Applies a filter or test by name, for `map`, `select` and the like. */
  readonly applyFilter: (name: string, input: Value, args: Arguments, run: Run) => Value;
  readonly applyTest: (name: string, input: Value, args: Arguments, run: Run) => boolean;
  /** Returns what a body prints when it is run in a scope of its own. */
  readonly captureBody: (body: BodyNode, scope: Scope, run: Run) => string;
  readonly macrosCalled: Set<UniqueId>;
  /** Those that the template itself called, dbt's own among them: what dbt's manifest names. */
  readonly calledDirectly: Set<UniqueId>;
  /** One of dbt's macros is at work, which may call one of the project's. */
  isInBuiltin: boolean;
  readonly varsRead: Set<string>;
  /** Each once, by message and place. */
  readonly warnings: Map<string, Diagnostic>;
  /** Whether a name that is not defined is an error also where Jinja2 takes it for nothing. */
  strictUndefined: boolean;
  /** What was warned of. */
  readonly notedUndefined: WeakSet<Value & object>;
  readonly frames: Frame[];
  /** The template whose text is being evaluated, and the place in it that a problem is reported at. */
  template: TemplateText;
  place: Place;
  output: Output;
  depth: number;
}

/** Returns the unfinished macro calls, innermost first, for the `related` places of a diagnostic. */
export function callStack(run: Run): RelatedLocation[] {
  return run.frames
    .map((frame) => ({
      message: `in macro '${frame.macro}', called here`,
      location: locatePlace(frame.template, frame.place),
    }))
    .reverse();
}

/** Notes a macro that is about to be called, if the template itself calls it. */
export function noteDirectCall(run: Run, id: UniqueId): void {
  if (run.frames.length === 0 && !run.isInBuiltin) run.calledDirectly.add(id);
}

/** What a note that outlives the render counts as in the budget, in characters. */
export const recordSize = 1_000;

/** Notes a warning of the template at the place that is being evaluated. Code: `template-warning`. */
export function addWarning(run: Run, message: string): void {
  const { location, ...problem } = new TemplateProblem('template-warning', message).toDiagnostic(
    locatePlace(run.template, run.place),
  );
  const key = JSON.stringify([location, problem.message]);
  if (run.warnings.has(key)) return;
  run.budget.allocateText(recordSize);
  const related = callStack(run);
  const warning = warningDiagnostic('template-warning', problem.message, {
    location,
    related: related.length > 0 ? related : undefined,
  });
  run.warnings.set(key, warning);
}
