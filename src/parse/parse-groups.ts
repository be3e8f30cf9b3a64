import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Group, Owner } from '../core/governance.js';
import { isMapping } from '../core/is-mapping.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { BuiltNode, JsonValue } from '../core/node.js';
import type { Project, PropertiesFile, RawEntry } from '../core/project.js';
import { createSuggester } from '../core/suggest.js';
import { locateEntry, type DescribedModel } from './model-entries.js';

/**
 * Returns who answers for a group or exposure. Diagnostics: `config-invalid-value` for one who has neither name nor
 * address.
 */
export function readOwner(
  { raw, name, yamlPath }: RawEntry,
  properties: PropertiesFile,
): { readonly owner: Owner; readonly diagnostics: readonly Diagnostic[] } {
  const owner: Readonly<Record<string, JsonValue>> = isMapping(raw['owner']) ? raw['owner'] : {};
  if (owner['name'] != null || owner['email'] != null) {
    return { owner: owner, diagnostics: [] };
  }
  const message = `the owner of '${name}' has neither a name nor an email`;
  const location = properties.locate([...yamlPath, 'owner']);
  const hint = 'write `owner: { name: …, email: … }`';
  return {
    owner: {},
    diagnostics: [errorDiagnostic('config-invalid-value', message, { location, hint })],
  };
}

/** Returns the groups of the YAML files. Diagnostics: `duplicate-name`, `config-invalid-value`. */
export function parseGroups(project: Project): {
  readonly groups: readonly Group[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const groups = new Map<string, Group>();
  const diagnostics: Diagnostic[] = [];
  for (const properties of project.properties) {
    for (const entry of properties.value.groups ?? []) {
      const { name, description, meta } = entry;
      const location = locateEntry(properties, entry);
      const first = groups.get(name);
      if (first !== undefined) {
        const related = [{ message: 'first here', location: first.location }];
        const message = `two groups have the name '${name}'`;
        const hint = 'merge the two entries';
        diagnostics.push(errorDiagnostic('duplicate-name', message, { location, related, hint }));
        continue;
      }
      const read = readOwner(entry, properties);
      diagnostics.push(...read.diagnostics);
      groups.set(name, {
        uniqueId: `group.${project.name}.${name}`,
        name,
        packageName: project.name,
        path: properties.path,
        owner: read.owner,
        description,
        meta,
        location,
      });
    }
  }
  return { groups: [...groups.values()], diagnostics };
}

/** Returns `group-not-found` for each node of a group that no YAML file defines, where it says so. */
export function checkGroups(
  nodes: readonly BuiltNode[],
  {
    groups,
    describedOf,
  }: {
    readonly groups: readonly Group[];
    readonly describedOf: (node: BuiltNode) => DescribedModel | undefined;
  },
): readonly Diagnostic[] {
  const names = new Set(groups.map(({ name }) => name));
  const suggest = createSuggester([...names]);
  return nodes.flatMap((node) => {
    const group = node.config.extra['group'];
    if (typeof group !== 'string' || names.has(group)) return [];
    const described = describedOf(node);
    const location =
      described?.entry.config['group'] === undefined
        ? locateConfigKey(node, 'group')
        : described.properties.locate([...described.entry.yamlPath, 'group']);
    const message = `${node.resourceType} '${node.name}' is in the group '${group}', which is not defined`;
    const hint = suggest(group, 'define it under `groups:` in a YAML file');
    return [errorDiagnostic('group-not-found', message, { location, hint })];
  });
}
