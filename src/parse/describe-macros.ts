import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { isMapping } from '../core/is-mapping.js';
import type { JsonValue, MacroNode } from '../core/node.js';
import type { Project } from '../core/project.js';
import { createSuggester } from '../core/suggest.js';
import { locateEntry } from './model-entries.js';

type Mapping = Readonly<Record<string, JsonValue>>;

function toMapping(value: JsonValue | undefined): Mapping {
  return isMapping(value) ? value : {};
}

function toText(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Returns the macros with what YAML files say of them. Diagnostics: `properties-without-model`, a warning, for a macro that
 * is not there.
 */
export function describeMacros(
  macros: readonly MacroNode[],
  project: Project,
): { readonly macros: readonly MacroNode[]; readonly diagnostics: readonly Diagnostic[] } {
  const entries = project.properties.flatMap((properties) =>
    (properties.value.macros ?? []).map((entry) => ({ entry, properties })),
  );
  if (entries.length === 0) return { macros, diagnostics: [] };
  const names = new Set(macros.map(({ name }) => name));
  const suggest = createSuggester([...names]);
  const byName = new Map(entries.map((each) => [each.entry.name, each]));
  return {
    macros: macros.map((macro) => {
      const described = macro.packageName === project.name ? byName.get(macro.name) : undefined;
      if (described === undefined) return macro;
      const { entry, properties } = described;
      const { raw } = entry;
      const written = Array.isArray(raw['arguments']) ? (raw['arguments'] as JsonValue[]) : [];
      return {
        ...macro,
        described: {
          description: entry.description,
          docBlocks: entry.docBlocks ?? [],
          meta: entry.meta,
          docs: toMapping(toMapping(raw['config'])['docs'] ?? raw['docs']),
          patchPath: properties.path,
          arguments: written.map(toMapping).map((argument) => ({
            name: toText(argument['name']) ?? '',
            type: toText(argument['type']),
            description: toText(argument['description']) ?? '',
          })),
        },
      };
    }),
    diagnostics: entries
      .filter(({ entry }) => !names.has(entry.name))
      .map(({ entry, properties }) =>
        warningDiagnostic(
          'properties-without-model',
          `expected a macro '${entry.name}', found none`,
          {
            location: locateEntry(properties, entry),
            hint: suggest(entry.name, 'write the macro, or remove the entry'),
          },
        ),
      ),
  };
}
