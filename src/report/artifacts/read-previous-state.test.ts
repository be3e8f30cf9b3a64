import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { graphOf, modelNode, sourceNode, testNode } from '../../core/testing/nodes.js';
import { displayRelation } from '../../core/relation.js';
import { readPreviousState } from './read-previous-state.js';
import { toManifest } from './to-manifest.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stedi-state-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, value: unknown): void =>
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));

const read = () => readPreviousState({ cwd: '/', folder });

const version = { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json' };

describe('readPreviousState', () => {
  it('reads what toManifest wrote', () => {
    const orders = modelNode('orders', {
      extra: {
        rawSql: 'select 1',
        unrenderedConfig: { materialized: "{{ 'table' }}" },
        description: 'All orders',
        columns: [{ name: 'id', description: 'key', data_type: 'bigint', tags: [], meta: {} }],
        macros: ['macro.stedi.cents'],
      },
    });
    const inline = modelNode('inline', { materialized: 'ephemeral' });
    const test = testNode('no_loss');
    const source = sourceNode();
    write(
      'manifest.json',
      toManifest({
        project: {
          name: 'stedi',
          targetPath: 'target',
          target: {
            name: 'local',
            type: 'embedded',
            schema: 'main',
            database: 'warehouse',
            threads: 4,
            options: {},
          },
          paths: {
            models: ['models'],
            macros: ['macros'],
            tests: ['tests'],
            seeds: ['seeds'],
            snapshots: ['snapshots'],
          },
          vars: { cutoff: 3 },
        },
        graph: graphOf([source, orders, inline, test], {}),
        macros: [],
        disabled: [],
        compiled: new Map(),
        renderRelation: displayRelation,
        invocation: {
          invocationId: '00000000-0000-4000-8000-000000000000',
          generatedAt: '2026-01-01T00:00:01.000Z',
          startedAt: '2026-01-01T00:00:00.000Z',
        },
      }),
    );
    const result = read();
    expect(result.diagnostics).toEqual([]);
    if (!result.ok) return;
    const { nodes, vars, results } = result.value;
    expect([vars, results]).toEqual([{ cutoff: 3 }, null]);
    const { database, schema, identifier } = orders.relation;
    expect(nodes.get(orders.uniqueId)).toEqual({
      checksum: orders.checksum,
      resourceType: 'model',
      fqn: orders.fqn,
      rawSql: 'select 1',
      unrenderedConfig: { materialized: "{{ 'table' }}" },
      relation: { database, schema, identifier },
      description: 'All orders',
      columns: { id: { description: 'key', dataType: 'bigint' } },
      macros: ['macro.stedi.cents'],
    });
    expect(nodes.get(inline.uniqueId)?.relation).toBeNull();
    expect(nodes.get(test.uniqueId)?.relation).toBeNull();
    expect(nodes.get(source.uniqueId)?.relation).toMatchObject({ schema: source.relation.schema });
  });

  it("reads dbt's, which tells no variables, and the results beside it", () => {
    write('manifest.json', {
      metadata: version,
      nodes: {},
      sources: {
        'source.shop.raw.events': {
          resource_type: 'source',
          schema: 'raw_prod',
          identifier: 'events',
          unrendered_schema: '{{ target.name }}',
          relation_name: '"raw"."events"',
        },
      },
      macros: { 'macro.shop.cents': { macro_sql: '{% macro cents() %}{% endmacro %}' } },
    });
    write('run_results.json', {
      results: [
        { unique_id: 'model.shop.a', status: 'error', execution_time: 0.1 },
        { unique_id: 'model.shop.b', status: 'success', execution_time: 1.5 },
      ],
    });
    const result = read();
    expect(result).toMatchObject({ ok: true, value: { vars: null } });
    if (!result.ok) return;
    expect([...(result.value.results ?? [])]).toEqual([
      ['model.shop.a', 'error'],
      ['model.shop.b', 'success'],
    ]);
    expect([...(result.value.executionMs ?? [])]).toEqual([['model.shop.b', 1500]]);
    expect([...result.value.macros.keys()]).toEqual(['macro.shop.cents']);
    expect(result.value.nodes.get('source.shop.raw.events')?.unrenderedConfig).toEqual({
      schema: '{{ target.name }}',
      identifier: 'events',
    });
  });

  it.each<readonly [string, unknown, string]>([
    ['no JSON', '{', 'it is no JSON'],
    ['no object', [], 'it is no JSON object'],
    ['another file', {}, 'must be a manifest of version 12, found none'],
    [
      'an old manifest',
      { metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v9.json' } },
      'must be a manifest of version 12, found version 9',
    ],
  ])('refuses %s', (_, content, message) => {
    write('manifest.json', content);
    const { ok, diagnostics } = read();
    expect(ok).toBe(false);
    expect(diagnostics).toMatchObject([{ code: 'state-unreadable' }]);
    expect(diagnostics[0]?.message).toContain(message);
  });

  it('refuses a folder without a manifest, and results that are damaged', () => {
    expect(read().diagnostics[0]?.message).toContain('holds no manifest.json');
    write('manifest.json', { metadata: version });
    write('run_results.json', '{"results":');
    expect(read().diagnostics[0]?.message).toContain('run_results.json cannot be read');
  });
});
