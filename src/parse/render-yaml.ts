import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import { hookKey } from '../core/hook.js';
import type { JsonValue, UniqueId } from '../core/node.js';
import type { RenderBindings } from '../core/template.js';
import type { EntryPath, ParseOptions } from './parse-options.js';

/** Entries of a YAML file after their templates were rendered. */
export interface RenderedEntries {
  readonly entries: Readonly<Record<string, JsonValue>>;
  /** Whether the text at a path came out of a template. */
  readonly isRendered: (path: EntryPath) => boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Returns entries of a YAML file with the templates in their texts rendered, such as
 * `location: "{{ var('landing_location') }}/customer"`. One that prints a value alone is that value, as in dbt:
 * `"{{ var('is_on') }}"` is true or false. Diagnostics, at the text: `template-*`, `var-undefined`,
 * `env-var-undefined`, and `template-forbidden` for a ref or source, which would be a dependency that nobody sees.
 */
export function renderYaml(
  entries: Readonly<Record<string, JsonValue>>,
  locate: (path: EntryPath) => SourceLocation,
  options: ParseOptions,
): RenderedEntries {
  const diagnostics: Diagnostic[] = [];
  const rendered = new Set<string>();
  const renderValue = (value: JsonValue, path: EntryPath): JsonValue => {
    if (Array.isArray(value)) {
      const items: readonly JsonValue[] = value;
      const found = items.map((each, at) => renderValue(each, [...path, at]));
      // `tags: "{{ var('tags') }}"` was read as a list of one text, and may give a list.
      return path.length === 1 && path[0] === 'tags' ? found.flat() : found;
    }
    if (typeof value === 'object' && value !== null) return renderEntries(value, path);
    if (typeof value !== 'string' || !/\{[{%#]/.test(value)) return value;
    rendered.add(JSON.stringify(path));
    // In `meta` it is a key like any other.
    const isDescription = path.at(-1) === 'description' && !path.includes('meta');
    const render = isDescription ? renderDescription : renderText;
    const { text, value: native, diagnostics: found } = render(value, locate(path), options);
    diagnostics.push(...found);
    return native === undefined ? text : native;
  };
  const renderEntries = (values: object, path: EntryPath) =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]: [string, JsonValue]) => {
        // Hooks are templates, rendered when they run.
        const isHook = path.length === 0 && hookKey(key) !== undefined;
        return [key, isHook ? value : renderValue(value, [...path, key])] as const;
      }),
    );
  return {
    entries: renderEntries(entries, []),
    isRendered: (path) => rendered.has(JSON.stringify(path)),
    diagnostics,
  };
}

/**
 * Returns a description with its templates rendered, and the blocks of text that its calls of `doc()` take up. Diagnostics,
 * at the description: as for `renderYaml`, and `doc-not-found`.
 */
export function renderDescription(
  content: string,
  location: SourceLocation,
  options: ParseOptions,
): {
  readonly text: string;
  /** A description is a text. */
  readonly value?: undefined;
  readonly blocks: readonly UniqueId[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const blocks = new Set<UniqueId>();
  const rendered = renderText(content, location, options, (call) => {
    const found = options.docs?.find(call);
    if (found === undefined) return '';
    if ('problem' in found) return found;
    blocks.add(found.block.uniqueId);
    return found.block.contents;
  });
  return { text: rendered.text, diagnostics: rendered.diagnostics, blocks: [...blocks] };
}

/**
 * Returns a text of a YAML file rendered: the value that a template prints alone, the text of all others. Diagnostics, at
 * the text: as for `renderYaml`.
 */
export function renderText(
  content: string,
  location: SourceLocation,
  { engine, context }: ParseOptions,
  doc?: RenderBindings['doc'],
): {
  readonly text: string;
  readonly value: JsonValue | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const refuse = (reference: string) => ({
    problem: errorDiagnostic('template-forbidden', `a YAML value cannot depend on ${reference}`, {
      hint: 'use var(), env_var() or target',
    }),
  });
  const bindings: RenderBindings = {
    ref: ({ name }) => refuse(`ref('${name}')`),
    source: ({ source, table }) => refuse(`source('${source}', '${table}')`),
    this: null,
    isIncremental: false,
    config: () => ({}),
    native: true,
    ...(doc && { doc }),
  };
  const result = engine.render({ path: location.path, content }, context, bindings);
  return {
    text: result.ok ? result.value.sql : content,
    value: result.ok ? result.value.value : undefined,
    // The engine counts lines inside the text; the author finds the text.
    diagnostics: result.diagnostics.map((diagnostic) => ({ ...diagnostic, location })),
  };
}
