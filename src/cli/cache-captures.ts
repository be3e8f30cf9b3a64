import type { JsonValue } from '../core/node.js';
import { toPlainJson } from '../core/plain-json.js';
import { success } from '../core/result.js';
import type { CapturedTemplate, TemplateContext, TemplateEngine } from '../core/template.js';
import { hashTexts } from '../project/hash-text.js';
import type { ParseCache } from '../project/parse-cache.js';
import {
  describeVariables,
  haveSameValues,
  watchEnvironment,
  type ReadVariables,
} from './watch-environment.js';

/** A captured template as it is kept. */
interface KeptCapture {
  /** The environment variables that it read. */
  readonly env: ReadVariables;
  readonly captured: CapturedTemplate;
}

/** A context that notes what is asked of the parts that no key can hold. */
interface WatchedContext {
  readonly context: TemplateContext;
  /** The names of the environment variables that were asked for. */
  readonly names: ReadonlySet<string>;
  /** Whether something was asked that makes a result good for this run alone: the time, or all variables there are. */
  readonly isBound: () => boolean;
}

/** Returns all of a context that a key holds: everything there is, also what is added to it one day, but these two. */
function keyedPartOf(context: TemplateContext): Omit<TemplateContext, 'env' | 'run'> {
  const entries = Object.entries(context).filter(([name]) => name !== 'env' && name !== 'run');
  return Object.fromEntries(entries) as unknown as Omit<TemplateContext, 'env' | 'run'>;
}

function watchContext(context: TemplateContext): WatchedContext {
  const { env, names, isListed } = watchEnvironment(context.env);
  let isBound = false;
  return {
    context: Object.defineProperty({ ...keyedPartOf(context), env }, 'run', {
      get() {
        isBound = true;
        return context.run;
      },
    }),
    names,
    isBound: () => isBound || isListed(),
  };
}

/**
 * Returns an engine that captures a template once and from then on knows the outcome. The key holds the template and
 * everything of the context but the environment and the run: of these it is watched what a capture asks for. One that
 * asks for the time or the id of the run is never kept, nor one with anything to say. `cache` must be one of the
 * engine's macros.
 */
export function cacheCaptures(engine: TemplateEngine, cache: ParseCache): TemplateEngine {
  const contextTexts = new WeakMap<TemplateContext, string>();
  /** The context as a part of keys; empty if it cannot be one. */
  const textOf = (context: TemplateContext): string => {
    let text = contextTexts.get(context);
    if (text === undefined) {
      text = toPlainJson(keyedPartOf(context)) ?? '';
      contextTexts.set(context, text);
    }
    return text;
  };
  return {
    ...engine,
    capture(source, context, bindings) {
      const contextText = textOf(context);
      const sourceText = toPlainJson({ ...source });
      const bindingsText = bindings === undefined ? '' : toPlainJson(bindings);
      if (contextText === '' || sourceText === undefined || bindingsText === undefined) {
        return engine.capture(source, context, bindings);
      }
      const key = hashTexts([contextText, sourceText, bindingsText]);
      const kept = cache.find(key) as (JsonValue & KeptCapture) | undefined;
      if (kept !== undefined && haveSameValues(context.env, kept.env)) {
        return success(kept.captured);
      }
      const watched = watchContext(context);
      const result = engine.capture(source, watched.context, bindings);
      if (result.ok && result.diagnostics.length === 0 && !watched.isBound()) {
        cache.keep(key, {
          env: describeVariables(context.env, watched.names),
          captured: result.value,
        });
      }
      return result;
    },
  };
}
