import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** What a dbt project may have that nothing here reads: it is listed and built without, and told of. */
const files = {
  'dbt_project.yml': `
name: sales
profile: sales
on-run-start: ['create table if not exists started (a int)', 'insert into started values (1)']
`,
  'profiles.yml': `
sales: { target: dev, outputs: { dev: { type: duckdb, path: sales.duckdb, threads: 1 } } }
`,
  'models/orders.sql': "select 1 as id, 10 as amount, timestamp '2024-01-01' as loaded",
  'models/schema.yml': `
sources:
  - name: raw
    schema: main
    tables:
      - { name: orders, loaded_at_field: loaded, freshness: { warn_after: { count: 1, period: day } } }
semantic_models:
  - name: orders
    model: ref('orders')
    entities: [{ name: id, type: primary }]
    measures: [{ name: total, agg: sum, expr: amount }]
metrics:
  - { name: revenue, label: Revenue, type: simple, type_params: { measure: total } }
saved_queries:
  - { name: weekly, query_params: { metrics: [revenue] } }
exposures:
  - name: dashboard
    type: dashboard
    owner: { email: ann@example.com }
    depends_on: [metric('revenue'), ref('orders')]
`,
};

describe('metrics of a dbt project', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  it('have no effect, each at its place', () => {
    const { code, stderr } = project.run(['build']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    for (const kind of ['semantic_models', 'metrics', 'saved_queries']) {
      expect(stderr).toContain(`warning[config-unused]: '${kind}' has no effect`);
    }
    expect(stderr).toContain(
      "that exposure 'dashboard' depends on 'metric('revenue')' has no effect",
    );
    expect(stderr).toContain('models/schema.yml:20:18');
    const ls = project.run(['ls', '--select', '+exposure:dashboard', '--output', 'name']);
    expect(ls.stdout).toBe('dashboard\norders\n');
  });

  it('leave the check of sources as it is, which runs no hooks and says so', () => {
    const { code, stderr } = project.run(['source', 'freshness']);
    expect(code).toBe(0);
    expect(stderr).toContain("do not run with 'source freshness', where dbt 1.10 runs them");
    expect(stderr).toContain('dbt_project.yml:4:');
    expect(project.rows('select a from started')).toEqual([{ a: 1 }]);
  });
});
