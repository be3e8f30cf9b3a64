import { mergeNodeConfig, toNodeConfig } from '../core/node-config.js';
import type { Operation } from '../core/operation.js';
import type { Project } from '../core/project.js';
import type { CapturedTemplate } from '../core/template.js';
import type { FolderLevels } from './folder-config.js';
import type { ParseOptions } from './parse-options.js';

/** What a hook knows of a run while nothing has run. */
const beforeRun = { results: [], schemas: [], database_schemas: [] } as const;

/**
 * Returns the hooks around runs of a project or package. As in dbt they are configured by the folders of models, under the
 * package's name: `+enabled: false` for all of a package is for its hooks, too. What is wrong in their templates is said
 * when a run compiles them.
 */
export function parseOperations(
  project: Project,
  folders: FolderLevels,
  { engine, context, isDbtForm }: ParseOptions,
): readonly Operation[] {
  const { name: packageName, hooks } = project;
  if (hooks === undefined) return [];
  const times = { 'on-run-start': hooks.onRunStart, 'on-run-end': hooks.onRunEnd } as const;
  return (['on-run-start', 'on-run-end'] as const).flatMap((time) =>
    times[time].map((hook, index): Operation => {
      const name = `${packageName}-${time}-${index}`;
      const fqn = [packageName, 'hooks', name];
      const levels =
        isDbtForm === true ? [...folders.levelsOf(fqn), ...folders.overridesOf(fqn)] : [];
      const captured = engine.capture({ path: hook.location.path, content: hook.sql }, context, {
        extra: beforeRun,
      });
      const reads: Partial<CapturedTemplate> = captured.ok ? captured.value : {};
      return {
        uniqueId: `operation.${packageName}.${name}`,
        name,
        packageName,
        time,
        index,
        hook,
        config: toNodeConfig(mergeNodeConfig(levels), { materialized: 'view' }),
        unrenderedConfig:
          isDbtForm === true
            ? mergeNodeConfig([
                ...folders.unrenderedLevelsOf(fqn),
                ...folders.unrenderedOverridesOf(fqn),
              ])
            : {},
        refs: reads.refs ?? [],
        sources: reads.sources ?? [],
        macros: reads.directMacros ?? reads.macros ?? [],
      };
    }),
  );
}
