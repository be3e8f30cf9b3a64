import { isMapping } from '../core/is-mapping.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { UniqueId } from '../core/node.js';
import type { Project, PropertiesContent, PropertiesFile } from '../core/project.js';
import type { ParseOptions } from './parse-options.js';
import { renderDescription } from './render-yaml.js';

type Path = readonly (string | number)[];

/** What a description stands in, and its place in the file. */
interface Described {
  readonly [key: string]: unknown;
}

/** The lists of entries inside of an entry; configuration and tests have readers of their own. */
const nested = ['columns', 'tables', 'versions', 'arguments'] as const;

/**
 * Returns the project with the Jinja in the descriptions of its YAML files rendered, such as `{{ doc('orders') }}`, and the
 * blocks of text that each takes up noted beside it. Diagnostics, at the description: `doc-not-found`, and those of a
 * render.
 */
export function renderDescriptions(
  project: Project,
  options: ParseOptions,
): { readonly project: Project; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];

  const renderEntry = <Entry>(entry: Entry, path: Path, file: PropertiesFile): Entry => {
    if (!isMapping(entry)) return entry;
    const described = entry as Described;
    const own = (described['yamlPath'] as Path | undefined) ?? path;
    const changes: Record<string, unknown> = {};
    const { description, raw } = described;
    if (typeof description === 'string' && description.includes('{')) {
      const location = file.locate([...own, 'description']);
      const rendered = renderDescription(description, location, options);
      diagnostics.push(...rendered.diagnostics);
      changes['description'] = rendered.text;
      if (rendered.blocks.length > 0) {
        changes['docBlocks'] = rendered.blocks satisfies readonly UniqueId[];
      }
    }
    for (const key of nested) {
      const list = described[key];
      if (!Array.isArray(list)) continue;
      const items = (list as readonly unknown[]).map((item, index) =>
        renderEntry(item, [...own, key, index], file),
      );
      if (items.some((item, index) => item !== list[index])) changes[key] = items;
    }
    // The rest of an entry whose keys are read later: a unit test, a macro with its arguments.
    if (isMapping(raw)) {
      const rest = raw as Described;
      const again = renderEntry(
        described['description'] === undefined ? rest : { arguments: rest['arguments'] },
        own,
        file,
      );
      if (again !== rest) changes['raw'] = { ...rest, ...again };
    }
    return Object.keys(changes).length === 0 ? entry : { ...entry, ...changes };
  };

  const renderFile = (file: PropertiesFile): PropertiesFile => {
    const value = Object.fromEntries(
      Object.entries(file.value).map(([key, entries]: [string, readonly unknown[]]) => [
        key,
        entries.map((entry) => renderEntry(entry, [], file)),
      ]),
    ) as unknown as PropertiesContent;
    return { ...file, value };
  };
  return { project: { ...project, properties: project.properties.map(renderFile) }, diagnostics };
}
