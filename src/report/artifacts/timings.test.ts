import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Graph } from '../../core/graph.js';
import type { Project } from '../../core/project.js';
import type { NodeResult, NodeStatus, RunResults } from '../../core/run-results.js';
import { modelNode } from '../../core/testing/nodes.js';
import { readTimings, writeTimings } from './timings.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stedi-timings-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const on = (name: string) => ({
  root,
  targetPath: 'target',
  target: { name } as Project['target'],
});
const graph = {
  nodes: new Map(['a', 'b'].map((name) => [modelNode(name).uniqueId, modelNode(name)])),
} as Pick<Graph, 'nodes'>;

function runOf(...results: readonly (readonly [string, NodeStatus, number])[]): RunResults {
  return {
    results: results.map(
      ([name, status, executionMs]) =>
        ({ uniqueId: modelNode(name).uniqueId, status, executionMs }) as NodeResult,
    ),
    startedAt: '',
    elapsedMs: 0,
    cancelled: false,
  };
}

it('remembers the last success of each node of the project, for each target apart', async () => {
  expect(await readTimings(on('dev'))).toEqual(new Map());
  await writeTimings(on('dev'), {
    results: runOf(['a', 'success', 100], ['b', 'success', 7], ['gone', 'success', 1]),
    graph,
  });
  await writeTimings(on('prod'), { results: runOf(['a', 'success', 9000]), graph });
  await writeTimings(on('dev'), {
    results: runOf(['a', 'error', 3], ['b', 'success', 8]),
    graph,
  });
  expect(await readTimings(on('dev'))).toEqual(
    new Map([
      [modelNode('a').uniqueId, 100],
      [modelNode('b').uniqueId, 8],
    ]),
  );
  expect(await readTimings(on('prod'))).toEqual(new Map([[modelNode('a').uniqueId, 9000]]));
});

it.each(['', '{', 'null', '[]', '{"dev": 7}', '{"dev": {"model.shop.a": "long"}}'])(
  'takes %j for nothing, and replaces it',
  async (content) => {
    await mkdir(join(root, 'target'));
    await writeFile(join(root, 'target', 'timings.json'), content);
    expect(await readTimings(on('dev'))).toEqual(new Map());
    await writeTimings(on('dev'), { results: runOf(['a', 'success', 5]), graph });
    expect((await readTimings(on('dev'))).size).toBe(1);
  },
);

it('does without a folder that it cannot write', async () => {
  await writeFile(join(root, 'target'), 'a file');
  await writeTimings(on('dev'), { results: runOf(['a', 'success', 5]), graph });
  expect(await readFile(join(root, 'target'), 'utf8')).toBe('a file');
});
