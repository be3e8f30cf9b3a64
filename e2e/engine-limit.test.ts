import { afterEach, describe, expect, it } from 'vitest';
import { createProject, plainConfig, type TestProject } from './testing/project.js';

let project: TestProject;
afterEach(() => {
  project.remove();
});

const payloads = (second: string): string =>
  `select 1 as id, '{"amount": 12}' as payload union all select 2, '${second}'\n`;

interface RunResultsFile {
  readonly results: readonly { readonly unique_id: string; readonly status: string }[];
}

const amounts = (): unknown =>
  JSON.parse(
    project.run([
      'show',
      '--inline',
      'select * from main.amounts order by id',
      '--output',
      'json',
      '--quiet',
    ]).stdout,
  );

describe('a value that DuckDB cannot compute and Athena can', () => {
  it('fails its model alone, at its line, with the next step; what was published stays', () => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/payloads.sql': payloads('{"amount": 3}'),
      'models/amounts.sql':
        "select\n  id,\n  json_extract_scalar(payload, '$.amount') as amount,\n  json_array_length(payload) as size\nfrom {{ ref('payloads') }}\n",
      'models/after_amounts.sql': "select count(*) as n from {{ ref('amounts') }}\n",
      'models/other.sql': "select count(*) as n from {{ ref('payloads') }}\n",
    });
    expect(project.run(['build', '--quiet']).code).toBe(0);
    const before = amounts();

    project.write('models/payloads.sql', payloads('{"amount": 3, "lines": ['));
    const { code, stderr } = project.run(['build', '--quiet']);

    expect(code).toBe(1);
    expect(stderr).toContain(
      [
        "error[engine-limit]: model 'amounts' failed: DuckDB cannot compute this value: the JSON is cut off or faulty, and Athena reads it up to the fault",
      ].join('\n'),
    );
    expect(stderr).toContain('models/amounts.sql:3:3');
    // Either function may have met the text.
    expect(stderr).toContain('related: or it failed here');
    expect(stderr).toContain('models/amounts.sql:4:3');
    expect(stderr).toContain('hint: put the text through TRY(json_parse(…))');
    expect(stderr).toContain('or run it on Athena');
    const { results } = project.json('target/run_results.json') as RunResultsFile;
    expect(
      Object.fromEntries(results.map((each) => [each.unique_id.split('.')[2], each.status])),
    ).toEqual({
      payloads: 'success',
      amounts: 'error',
      after_amounts: 'skipped',
      other: 'success',
    });
    expect(amounts()).toEqual(before);
  });
});
