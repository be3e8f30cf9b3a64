import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadProjectGraph, type ProjectGraph } from './cli/load-project-graph.js';
import {
  addResourceTypeOption,
  addSelectionOptions,
  type SelectionOptions,
} from './cli/options.js';
import { selectFromProject } from './cli/select-from-project.js';
import { listedTypes } from './cli/commands/ls.js';

/** What dbt itself selects in fixtures/selection/project, as fixtures/selection/record.py wrote it down. */
const folder = fileURLToPath(new URL('../fixtures/selection', import.meta.url));
const answers = JSON.parse(readFileSync(`${folder}/answers.json`, 'utf8')) as readonly {
  readonly arguments: readonly string[];
  readonly selected: readonly string[];
}[];

let loaded: ProjectGraph;
beforeAll(async () => {
  const result = await loadProjectGraph({ cwd: folder, projectDir: `${folder}/project`, env: {} });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  loaded = result.value;
});

describe('selection as dbt selects', () => {
  it.each(answers.map((answer) => [answer.arguments.join(' '), answer] as const))(
    '%s',
    (_, answer) => {
      const command = addResourceTypeOption(addSelectionOptions(new Command()));
      const options = command
        .parse([...answer.arguments], { from: 'user' })
        .opts<SelectionOptions>();
      const result = selectFromProject(loaded, options, {
        resourceTypes: listedTypes(options),
        state: undefined,
      });
      expect(result.ok).toBe(true);
      const ids = result.ok ? [...result.value] : [];
      expect(ids.map((id) => id.replace(/\.[0-9a-f]{10}$/u, '')).sort()).toEqual(answer.selected);
    },
  );
});
