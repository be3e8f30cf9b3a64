import { describe, expect, it } from 'vitest';
import { errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.js';
import type { RunResults } from '../../core/run-results.js';
import { graphOf, modelNode, testNode } from '../../core/testing/nodes.js';
import { createRedactor } from '../redact.js';
import { nodeResult } from '../testing/node-result.js';
import { formatFailures } from './format-failures.js';
import { formatSummary } from './format-summary.js';
import { suggestNextStep } from './next-step.js';

const redact = createRedactor({ STEDI_ENV_SECRET_KEY: 's3cret' });
const landing = modelNode('customer_landing', {
  schema: 'landing',
  materialized: 'external_table',
});
const trusted = modelNode('customer_trusted');
const curated = modelNode('ml_curated', { schema: 'curated' });
const other = modelNode('aside');
const check = testNode('not_null_customer_trusted_email', { attachedTo: 'customer_trusted' });
const owner = testNode('one_owner');
const graph = graphOf([landing, other, trusted, curated, check, owner], {
  [trusted.uniqueId]: [landing.uniqueId],
  [other.uniqueId]: [landing.uniqueId],
  [curated.uniqueId]: [trusted.uniqueId],
  [check.uniqueId]: [trusted.uniqueId],
  [owner.uniqueId]: [curated.uniqueId],
});

const runOf = (
  results: RunResults['results'],
  options: { readonly cancelled?: boolean } = {},
): RunResults => ({
  results,
  startedAt: '2026-01-01T00:00:00Z',
  elapsedMs: 1234,
  cancelled: options.cancelled ?? false,
});

const good = [
  nodeResult(landing, { rowsAffected: null }),
  nodeResult(trusted),
  nodeResult(check),
  nodeResult(curated, { rowsAffected: 40981, executionMs: 250 }),
  nodeResult(owner),
];

describe('formatSummary', () => {
  it('adds up what the engine counts', () => {
    const usage = { statements: 2, bytes_scanned: 3 * 2 ** 20, cost_usd: 0.00005 };
    const counted = good.map((each) => ({ ...each, adapterResponse: usage }));
    expect(formatSummary(runOf(counted), { color: false, nextStep: undefined })).toContain(
      '\nScanned 15 MB in 10 statements, for about $0.000250.\n',
    );
  });

  it('tells versions of a model apart', () => {
    const versions = [1, 2].map((v) => ({
      ...modelNode('people'),
      uniqueId: `model.stedi.people.v${v}`,
      version: { v, latest: 2 },
    }));
    const results = runOf(versions.map((node) => nodeResult(node)));
    const text = formatSummary(results, { color: false, nextStep: undefined });
    expect(text).toMatch(/people\.v1 [^]*people\.v2 /u);
    expect(suggestNextStep(results, { graph: graphOf(versions), program: 'x', flags: '' })).toBe(
      'x show people.v1 --limit 10',
    );
  });

  it('has a line for each model, counts, time and the next step', () => {
    expect(
      formatSummary(runOf(good), { color: false, nextStep: 'stedi-sql show ml_curated' }),
    ).toBe(
      [
        'landing',
        '  customer_landing  external table                 0.05s',
        '',
        'trusted',
        '  customer_trusted  table              482 rows    0.05s',
        '',
        'curated',
        '  ml_curated        table           40,981 rows    0.25s',
        '',
        'Models: 3 built',
        'Tests:  2 passed',
        'Done in 1.23s.',
        'Next: stedi-sql show ml_curated',
      ].join('\n'),
    );
  });

  it('says what failed, what was skipped and why', () => {
    const results = [
      nodeResult(trusted, { status: 'error', rowsAffected: null, message: '1 test failed\nx' }),
      nodeResult(check, { status: 'fail', failures: 3 }),
      nodeResult(curated, {
        status: 'skipped',
        rowsAffected: null,
        message: 'customer_trusted failed',
      }),
      nodeResult(owner, { status: 'skipped' }),
      nodeResult(other, {
        status: 'error',
        rowsAffected: null,
        diagnostics: [errorDiagnostic('engine-error', 'no column x')],
      }),
    ];
    expect(formatSummary(runOf(results), { color: false, nextStep: undefined })).toBe(
      [
        'trusted',
        '  customer_trusted  table    ERROR 1 test failed↵x',
        '  aside             table    ERROR engine-error',
        '',
        'curated',
        '  ml_curated        table    SKIP customer_trusted failed',
        '',
        'Models: 2 failed, 1 skipped',
        'Tests:  1 failed, 1 skipped',
        'Failed after 1.23s.',
      ].join('\n'),
    );
  });

  it('says that a run was cancelled', () => {
    const results = [nodeResult(trusted, { status: 'cancelled', message: 'cancelled' })];
    expect(
      formatSummary(runOf(results, { cancelled: true }), { color: false, nextStep: undefined }),
    ).toContain('Models: 1 cancelled\nCancelled after 1.23s.');
  });
});

describe('suggestNextStep', () => {
  const context = { graph, program: 'npx stedi-sql', flags: ' --target dev' };

  it('shows the leaf that most of the project leads to', () => {
    expect(suggestNextStep(runOf([...good, nodeResult(other)]), context)).toBe(
      'npx stedi-sql show ml_curated --limit 10 --target dev',
    );
  });

  it('shows what was built when no leaf was', () => {
    expect(suggestNextStep(runOf([nodeResult(trusted)]), context)).toBe(
      'npx stedi-sql show customer_trusted --limit 10 --target dev',
    );
  });

  it('leads to the failing rows and to the SQL', () => {
    const failedTest = nodeResult(check, { status: 'fail', failures: 3 });
    const heldBack = nodeResult(trusted, { status: 'error' });
    expect(suggestNextStep(runOf([heldBack, failedTest]), context)).toBe(
      'npx stedi-sql show not_null_customer_trusted_email --target dev',
    );
    const refused = errorDiagnostic('engine-error', 'no column x');
    const failedModel = nodeResult(curated, { status: 'error', diagnostics: [refused] });
    expect(suggestNextStep(runOf([failedModel]), context)).toBe(
      'npx stedi-sql compile --select ml_curated --target dev',
    );
    const full = nodeResult(curated, {
      status: 'error',
      diagnostics: [errorDiagnostic('disk-full', 'no space left')],
    });
    expect(suggestNextStep(runOf([full]), context)).toBeUndefined();
  });

  it('has nothing to say when nothing was built', () => {
    expect(suggestNextStep(runOf([]), context)).toBeUndefined();
    expect(suggestNextStep(runOf(good, { cancelled: true }), context)).toBeUndefined();
  });
});

describe('formatFailures', () => {
  it('tells each failed or warned node with its place and its files', () => {
    const results = [
      ...good,
      nodeResult(trusted, {
        status: 'error',
        diagnostics: [errorDiagnostic('engine-error', 'no column x', { hint: 'add it' })],
      }),
      nodeResult(check, { status: 'fail', failures: 3, message: 'Got 3 results' }),
    ];
    const text = formatFailures(runOf(results), {
      color: false,
      redact,
      filesOf: ({ node }) => [{ what: 'SQL:', path: `target/compiled/${node.name}.sql` }],
    });
    expect(text).toBe(
      [
        'error[engine-error]: no column x',
        '  hint: add it',
        '  SQL: target/compiled/customer_trusted.sql',
        '',
        'FAIL not_null_customer_trusted_email (models/trusted/schema.yml:7)',
        '  Got 3 results',
        '  SQL: target/compiled/not_null_customer_trusted_email.sql',
      ].join('\n'),
    );
  });

  it('shows the first rows of a test, without secrets, as wide as the terminal', () => {
    const failed = nodeResult(check, {
      status: 'fail',
      failures: 12,
      message: 'Got 12 results',
      failingRows: {
        columns: [
          { name: 'id', type: 'bigint' },
          { name: 'email', type: 'varchar' },
        ],
        rows: [
          ['1', null],
          ['2', 'the s3cret of a very long address'],
        ],
      },
    });
    const options = { color: false, redact, maxWidth: 30, filesOf: () => [] };
    expect(
      formatFailures(runOf([failed]), options)
        .split('\n')
        .slice(2),
    ).toEqual([
      '  | id | email               |',
      '  | -: | ------------------- |',
      '  |  1 | NULL                |',
      '  |  2 | the ***** of a ver… |',
      '  2 of 12 rows',
    ]);
  });

  it('tells what is to be said of a model that was built, without its files', () => {
    const empty = nodeResult(landing, {
      diagnostics: [warningDiagnostic('landing-empty', 'no files')],
    });
    const text = formatFailures(runOf([empty, ...good]), {
      color: false,
      redact,
      filesOf: () => [{ what: 'SQL:', path: 'x.sql' }],
    });
    expect(text).toBe('warning[landing-empty]: no files');
  });

  it('colours without touching what it colours', () => {
    const failed = nodeResult(check, { status: 'fail', message: 'Got 3 results' });
    const text = formatFailures(runOf([failed]), { color: true, redact, filesOf: () => [] });
    expect(text).toMatch(/^\u001b\[31mFAIL\u001b\[39m not_null_/u);
  });

  it('is empty when all went well', () => {
    expect(formatFailures(runOf(good), { color: false, redact, filesOf: () => [] })).toBe('');
  });
});
