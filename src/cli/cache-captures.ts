import type { JsonValue } from '../core/node.js';
import { toPlainJson } from '../core/plain-json.js';
import { success } from '../core/result.js';
import type { CapturedTemplate, TemplateContext, TemplateEngine } from '../core/template.js';
import { hashTexts } from '../project/hash-text.js';
import type { ParseCache } from '../project/parse-cache.js';

/** A captured template as it is kept. */
interface KeptCapture {
  /** The environment variables that it read, each with the hash of its value, or null if it was not set. */
  readonly env: readonly (readonly [name: string, hash: string | null])[];
  readonly captured: CapturedTemplate;
}

/** A context that notes what is asked of the parts that no key can hold. */
interface WatchedContext {
  readonly context: TemplateContext;
  /** The names of the environment variables that were asked for. */
  readonly names: Set<string>;
  /** Whether something was asked that makes a result good for this run alone: the time, or all variables there are. */
  readonly isBound: () => boolean;
}

/** Returns all of a context that a key holds: everything there is, also what is added to it one day, but these two. */
function keyedPartOf(context: TemplateContext): Omit<TemplateContext, 'env' | 'run'> {
  const entries = Object.entries(context).filter(([name]) => name !== 'env' && name !== 'run');
  return Object.fromEntries(entries) as unknown as Omit<TemplateContext, 'env' | 'run'>;
}

function watchContext(context: TemplateContext): WatchedContext {
  const names = new Set<string>();
  let isBound = false;
  const note = (name: string | symbol): void => {
    if (typeof name === 'string') names.add(name);
    else isBound = true;
  };
  const env = new Proxy(context.env, {
    get(target, name) {
      note(name);
      return typeof name === 'string' ? target[name] : undefined;
    },
    has(target, name) {
      note(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      isBound = true;
      return Reflect.ownKeys(target);
    },
  });
  return {
    context: Object.defineProperty({ ...keyedPartOf(context), env }, 'run', {
      get() {
        isBound = true;
        return context.run;
      },
    }),
    names,
    isBound: () => isBound,
  };
}

function hashVariable(env: TemplateContext['env'], name: string): string | null {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return value === undefined ? null : hashTexts([value]);
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
      if (kept?.env.every(([name, hash]) => hashVariable(context.env, name) === hash) === true) {
        return success(kept.captured);
      }
      const watched = watchContext(context);
      const result = engine.capture(source, watched.context, bindings);
      if (result.ok && result.diagnostics.length === 0 && !watched.isBound()) {
        cache.keep(key, {
          env: [...watched.names].map((name) => [name, hashVariable(context.env, name)]),
          captured: result.value,
        });
      }
      return result;
    },
  };
}
