import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadProjectGraph, type ProjectGraph } from './cli/load-project-graph.js';
import type { Freshness } from './core/governance.js';
import type { JsonValue } from './core/node.js';

/** What dbt makes of fixtures/labels/project, as fixtures/labels/record.py wrote it down. */
const folder = fileURLToPath(new URL('../fixtures/labels', import.meta.url));
interface Labels {
  readonly tags: readonly string[];
  readonly meta: JsonValue;
  readonly freshness?: JsonValue;
  readonly event_time?: string | null;
}
const answers = JSON.parse(readFileSync(`${folder}/answers.json`, 'utf8')) as {
  readonly enabled: Readonly<Record<string, Labels>>;
  readonly disabled: readonly string[];
};

let loaded: ProjectGraph;
beforeAll(async () => {
  const result = await loadProjectGraph({ cwd: folder, projectDir: `${folder}/project`, env: {} });
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  expect(result.diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  loaded = result.value;
});

function limitsOf(freshness: Freshness | null | undefined): JsonValue {
  if (freshness == null) return null;
  return {
    ...(freshness.warnAfter && { warn_after: { ...freshness.warnAfter } }),
    ...(freshness.errorAfter && { error_after: { ...freshness.errorAfter } }),
  };
}

function labelsOf(id: string): Labels {
  const node = loaded.graph.nodes.get(id);
  if (node?.resourceType === 'exposure') return { tags: node.tags, meta: node.meta };
  if (node?.resourceType === 'test') return { tags: node.tags, meta: node.config.meta };
  if (node?.resourceType !== 'source') throw new Error(`there is no '${id}'`);
  return {
    tags: node.tags,
    meta: node.details?.meta ?? {},
    freshness: limitsOf(node.details?.freshness),
    event_time: node.eventTime ?? null,
  };
}

describe('configuration by folder of sources, exposures and unit tests', () => {
  it.each(Object.entries(answers.enabled))('%s', (id, answer) => {
    // dbt overwrites the tags of a folder with those of a source, also where it has none; here they add up.
    const tags = id.startsWith('source.') ? ['ptag', ...answer.tags] : answer.tags;
    expect(labelsOf(id)).toEqual({ ...answer, tags });
  });

  it('leaves out what a folder disables', () => {
    expect(loaded.parsed.disabled?.map(({ uniqueId }) => uniqueId).sort()).toEqual(
      answers.disabled,
    );
  });

  it('reads the column of a folder where YAML names none', () => {
    const fields = ['a', 'b'].map((name) => {
      const node = loaded.graph.nodes.get(`source.shop.ext.${name}`);
      return node?.resourceType === 'source' ? node.details?.loadedAtField : undefined;
    });
    expect(fields).toEqual(['p_at', 'own_at']);
  });
});
