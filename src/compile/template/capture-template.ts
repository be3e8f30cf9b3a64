import type { JsonValue, RefCall, SourceCall } from '../../core/node.js';
import { success, type Result } from '../../core/result.js';
import type { SourceLocation } from '../../core/diagnostic.js';
import type { CapturedTemplate } from '../../core/template.js';
import { emptyGraph, type ContextBindings } from './context-functions.js';
import { hasSqlText } from './has-sql.js';
import { findLiteralCalls } from './literal-calls.js';
import type { RootNode } from './nodes.js';
import { createOutput } from './output.js';
import { recordSize, type Globals, type Run } from './run.js';
import { relationValue } from './relation-value.js';
import { runTemplate } from './run-template.js';
import { locatePlace, type TemplateText } from './template-text.js';

type Recorded<T extends RefCall | SourceCall> = Map<string, T>;

interface Recording {
  readonly refs: Recorded<RefCall>;
  readonly sources: Recorded<SourceCall>;
  readonly config: Map<string, JsonValue>;
  readonly configCalls: { readonly line: number; readonly column: number }[];
  asksIncremental: boolean;
}

/** Keeps one call for each name at each place. */
function record<T extends RefCall | SourceCall>(calls: Recorded<T>, call: T): void {
  const { location, ...names } = call;
  const key = JSON.stringify([names, location.path, location.line, location.column]);
  if (!calls.has(key)) calls.set(key, call);
}

/** Relations are not known yet; what stands for them is SQL, and never shown. */
export const placeholder = relationValue({
  sql: '"database"."schema"."identifier"',
  relation: { database: 'database', schema: 'schema', identifier: 'identifier' },
});

/** Stand-ins that write down what a template asks for. */
function recordInto(
  recording: Recording,
  incremental: boolean,
  model: ContextBindings['model'],
): ContextBindings {
  const here = (run: Run): SourceLocation => {
    run.budget.allocateText(recordSize);
    return locatePlace(run.template, run.place);
  };
  return {
    ref(call, run) {
      record(recording.refs, { ...call, location: here(run) });
      return placeholder;
    },
    source(call, run) {
      record(recording.sources, { ...call, location: here(run) });
      return placeholder;
    },
    this: placeholder,
    isIncremental() {
      recording.asksIncremental = true;
      return incremental;
    },
    setConfig(values, run) {
      for (const [key, value] of Object.entries(values)) recording.config.set(key, value);
      const { line = 1, column = 1 } = here(run);
      recording.configCalls.push({ line, column });
    },
    getConfig: (name) => recording.config.get(name),
    graph: () => emptyGraph,
    model,
  };
}

function createRecording(): Recording {
  return {
    refs: new Map(),
    sources: new Map(),
    config: new Map(),
    configCalls: [],
    asksIncremental: false,
  };
}

function recordLiteralCalls(root: RootNode, template: TemplateText, recording: Recording): void {
  for (const { function: name, args, version, place } of findLiteralCalls(root)) {
    const location = locatePlace(template, place);
    const [first, second] = args;
    if (name === 'source') {
      record(recording.sources, { source: first, table: second ?? '', location });
    } else {
      record(recording.refs, {
        name: second ?? first,
        ...(second !== undefined && { package: first }),
        ...(version !== undefined && { version }),
        location,
      });
    }
  }
}

/** The template's own calls in the order of its text, then those of macros in the order they were made. */
function inOrder<T extends RefCall | SourceCall>(calls: Recorded<T>, path: string): T[] {
  const all = [...calls.values()];
  const own = all.filter(({ location }) => location.path === path);
  const position = ({ location }: T): number => (location.line ?? 0) * 1e6 + (location.column ?? 0);
  return [
    ...own.sort((left, right) => position(left) - position(right)),
    ...all.filter(({ location }) => location.path !== path),
  ];
}

/**
 * Returns what one render learns of a template; `globalsFor` gives the names that it sees. If it asks
 * `is_incremental()`, it is rendered a second time as an incremental run for the refs that only that one reaches.
 */
export function captureTemplate(
  root: RootNode,
  template: TemplateText,
  globalsFor: (bindings: ContextBindings, onExecute: () => void) => Globals,
  model: ContextBindings['model'],
): Result<CapturedTemplate> {
  const recording = createRecording();
  let asksExecute = false;
  const onExecute = (): void => {
    asksExecute = true;
  };
  const output = createOutput();
  const first = runTemplate(
    root,
    template,
    globalsFor(recordInto(recording, false, model), onExecute),
    output,
  );
  if (!first.ok) return first;
  const macros = new Set(first.value.macrosCalled);
  const vars = new Set(first.value.varsRead);

  if (recording.asksIncremental) {
    const second = createRecording();
    const bindings = recordInto(second, true, model);
    // Problems of the incremental render are reported when such a run is rendered.
    const run = runTemplate(root, template, globalsFor(bindings, onExecute), createOutput());
    if (run.ok) {
      for (const id of run.value.macrosCalled) macros.add(id);
      for (const name of run.value.varsRead) vars.add(name);
    }
    for (const call of second.refs.values()) record(recording.refs, call);
    for (const call of second.sources.values()) record(recording.sources, call);
  }
  recordLiteralCalls(root, template, recording);

  return success({
    refs: inOrder(recording.refs, template.path),
    sources: inOrder(recording.sources, template.path),
    config: Object.fromEntries(recording.config),
    configCalls: recording.configCalls,
    macros: [...macros],
    directMacros: [...first.value.calledDirectly],
    vars: [...vars],
    // What stands behind `if execute` is not known before the node is compiled.
    hasSql: asksExecute || hasSqlText(output.text()),
  });
}
