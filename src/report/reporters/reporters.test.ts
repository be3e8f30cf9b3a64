import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.js';
import type { RunEvent } from '../../core/event.js';
import type { HookResult } from '../../core/hook.js';
import type { LogLevel } from '../../core/log-level.js';
import { captureOutput } from '../testing/capture-output.js';
import { modelNode, testNode } from '../../core/testing/nodes.js';
import { nodeResult } from '../testing/node-result.js';
import { createJsonReporter } from './json-reporter.js';
import { createPlainReporter } from './plain-reporter.js';
import { createQuietReporter } from './quiet-reporter.js';
import { createTerminalReporter } from './terminal-reporter.js';

const model = modelNode('customer_trusted');
const check = testNode('one_owner');
const view = modelNode('summary', { materialized: 'view', schema: 'curated' });
const broken = errorDiagnostic('engine-error', 'no such column');
const results = [
  nodeResult(model),
  nodeResult(check, { status: 'fail', failures: 3, message: 'Got 3 results', executionMs: 12 }),
  nodeResult(view, { status: 'skipped', message: 'customer_trusted failed', startedAt: null }),
];

const events: readonly RunEvent[] = [
  { kind: 'run-started', nodeCount: 12, threads: 4 },
  { kind: 'node-started', node: model, index: 1, total: 12 },
  { kind: 'node-finished', result: results[0]!, index: 1, total: 12 },
  { kind: 'diagnostic', diagnostic: broken },
  { kind: 'diagnostic', diagnostic: warningDiagnostic('selection-empty', 'nothing') },
  { kind: 'node-finished', result: results[1]!, index: 2, total: 12 },
  { kind: 'node-finished', result: results[2]!, index: 3, total: 12 },
  { kind: 'cancelling' },
  {
    kind: 'run-finished',
    results: { results, startedAt: '2026-01-01T00:00:00Z', elapsedMs: 1500, cancelled: true },
  },
];

describe('plain reporter', () => {
  it('prints a line for each finished node, aligned', () => {
    const out = captureOutput();
    const err = captureOutput();
    const { report } = createPlainReporter({ out, err });
    events.forEach(report);
    expect(out.lines()).toEqual([
      '12 nodes to run, 4 threads',
      ' 1 of 12 OK     table          trusted.customer_trusted ................................ [482 rows in 0.05s]',
      ' 2 of 12 FAIL   test           one_owner ............................................... [3 failing rows in 0.01s]',
      ' 3 of 12 SKIP   view           curated.summary ......................................... [customer_trusted failed]',
    ]);
    expect(err.lines()).toEqual([
      'error[engine-error]: no such column',
      'warning[selection-empty]: nothing',
      'Cancelling the running queries. Press Ctrl-C again to stop at once.',
    ]);
  });
});

describe('quiet reporter', () => {
  it('prints errors only', () => {
    const err = captureOutput();
    const { report } = createQuietReporter(err);
    events.forEach(report);
    expect(err.lines()).toEqual(['error[engine-error]: no such column']);
  });
});

describe('JSON reporter', () => {
  const report = (
    level: LogLevel,
    told: readonly RunEvent[] = events,
  ): readonly Record<string, Record<string, unknown>>[] => {
    const out = captureOutput();
    const reporter = createJsonReporter(out, {
      invocationId: 'id-1',
      command: 'build',
      targetName: 'local',
      level,
      version: '1.2.3',
      folders: ['models'],
      timestamp: () => '2026-01-01T00:00:00.000Z',
    });
    told.forEach(reporter.report);
    return out.lines().map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
  };

  it("writes dbt's envelope, a line for each event", () => {
    const lines = report('info');
    expect(lines.map(({ info }) => [info?.['name'], info?.['code'], info?.['level']])).toEqual([
      ['MainReportVersion', 'A001', 'info'],
      ['ConcurrencyLine', 'Q027', 'info'],
      ['LogStartLine', 'Q011', 'info'],
      ['LogModelResult', 'Q012', 'info'],
      ['Diagnostic', 'engine-error', 'error'],
      ['Diagnostic', 'selection-empty', 'warn'],
      ['LogTestResult', 'Q007', 'error'],
      ['SkippingDetails', 'Q034', 'info'],
      ['MainKeyboardInterrupt', 'Z001', 'info'],
      ['FinishedRunningStats', 'E047', 'info'],
      ['EndOfRunSummary', 'Z030', 'error'],
      ['RunResultFailure', 'Z022', 'error'],
      ['RunResultError', 'Z024', 'error'],
      ['StatsLine', 'Z023', 'info'],
      ['CommandCompleted', 'Q039', 'info'],
    ]);
    expect(lines[3]).toMatchObject({
      info: { invocation_id: 'id-1', ts: '2026-01-01T00:00:00.000Z', thread: 'Thread-1' },
      data: {
        status: 'OK',
        execution_time: 0.05,
        rows_affected: 482,
        node_info: {
          unique_id: 'model.stedi.customer_trusted',
          node_status: 'success',
          node_path: 'trusted/customer_trusted.sql',
          node_checksum: 'a'.repeat(64),
          node_relation: {
            schema: 'trusted',
            alias: 'customer_trusted',
            relation_name: '"warehouse"."trusted"."customer_trusted"',
          },
        },
      },
    });
    expect(lines[6]?.['data']).toMatchObject({ status: 'fail', num_failures: 3 });
    const { uniqueId: unique_id, name: node_name } = check;
    expect(lines[11]?.['data']).toMatchObject({
      node_info: { unique_id, node_status: 'fail' },
      node_name,
      resource_type: 'test',
    });
    expect(lines[12]?.['data']).toMatchObject({ msg: 'Got 3 results', node_info: { unique_id } });
    expect(lines[14]?.['data']).toMatchObject({ success: false, cancelled: true, elapsed: 1.5 });
  });

  it('tells statements and whole results to who wants to know all', () => {
    const names = report('debug').map(({ info }) => info?.['name']);
    expect(names.filter((name) => name === 'NodeStart')).toHaveLength(1);
    expect(names.filter((name) => name === 'NodeFinished')).toHaveLength(3);
    expect(report('none')).toEqual([]);
  });

  it('writes errors only when quiet', () => {
    const levels = report('error').map(({ info }) => info?.['level']);
    expect(levels).toEqual(Array<string>(5).fill('error'));
  });

  it('tells of a hook as dbt does: that it begins, and how it ended', () => {
    const hook = {
      time: 'on-run-start',
      position: 1,
      uniqueId: 'operation.shop.shop-on-run-start-0',
      compiledSql: 'select 1',
      statements: ['select 1'],
      location: { path: 'dbt_project.yml' },
    } as const;
    const result: HookResult = {
      hook,
      status: 'success',
      message: 'OK',
      diagnostics: [],
      executedSql: [],
      startedAt: '2026-01-01T00:00:00.000Z',
      completedAt: '2026-01-01T00:00:01.000Z',
      executionMs: 1000,
    };
    const place = { statement: 'shop.on-run-start.0', index: 1, total: 2 };
    const node = { unique_id: hook.uniqueId, node_name: 'shop-on-run-start-0' };
    expect(report('info', [{ kind: 'hook-finished', result, total: 2 }])).toMatchObject([
      {
        info: { name: 'LogHookStartLine', code: 'Q032' },
        data: { ...place, node_info: { ...node, node_status: 'started', node_finished_at: '' } },
      },
      {
        info: { name: 'LogHookEndLine', code: 'Q033' },
        data: {
          ...place,
          status: 'success',
          execution_time: 1,
          node_info: { ...node, resource_type: 'operation', node_status: 'success' },
        },
      },
    ]);
  });
});

/** What a terminal shows after `text`: enough of its commands for what the reporter sends. */
function renderScreen(text: string): { readonly lines: string[]; readonly cursorVisible: boolean } {
  const lines = [''];
  let row = 0;
  let cursorVisible = true;
  for (const [token] of text.matchAll(/\u001b\[\??\d*[A-Za-z]|\r|\n|[^\u001b\r\n]+/gu)) {
    if (token === '\r') continue;
    else if (token === '\n') lines[++row] ??= '';
    else if (token === '\u001b[?25l') cursorVisible = false;
    else if (token === '\u001b[?25h') cursorVisible = true;
    else if (token === '\u001b[J') lines.splice(row, Infinity, '');
    else if (token.startsWith('\u001b[')) row -= Number(token.slice(2, -1));
    else lines[row] = `${lines[row] ?? ''}${token}`;
  }
  return { lines: lines.filter((line) => line !== ''), cursorVisible };
}

describe('terminal reporter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = (options: { columns?: number; env?: Record<string, string> } = {}) => {
    const out = captureOutput({ columns: 100, ...options });
    const err = { ...out };
    const reporter = createTerminalReporter({ out, err, now: () => Date.now() });
    return { out, reporter, screen: () => renderScreen(out.text()) };
  };

  it('redraws what is running, and keeps what failed', () => {
    const { reporter, screen } = start();
    events.slice(0, 2).forEach(reporter.report);
    vi.advanceTimersByTime(1200);
    expect(screen()).toEqual({
      lines: [
        expect.stringMatching(/^. table {10}trusted\.customer_trusted +1\.20s$/u),
        '0 of 12 done',
      ],
      cursorVisible: false,
    });

    events.slice(2, 8).forEach(reporter.report);
    expect(screen().lines).toEqual([
      'error[engine-error]: no such column',
      'warning[selection-empty]: nothing',
      expect.stringContaining('FAIL   test           one_owner'),
      expect.stringMatching(/^3 of 12 done, 1 failed\. Cancelling/u),
    ]);

    events.slice(8).forEach(reporter.report);
    expect(screen().lines).toHaveLength(3);
    expect(screen().cursorVisible).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives the cursor back when it is closed in the middle, once', () => {
    const { out, reporter, screen } = start();
    events.slice(0, 2).forEach(reporter.report);
    reporter.close();
    const length = out.text().length;
    reporter.close();
    expect(out.text()).toHaveLength(length);
    expect(screen()).toEqual({ lines: [], cursorVisible: true });
  });

  it('draws on a terminal that does not know its size', () => {
    const { reporter, screen } = start({ columns: 0 });
    events.slice(0, 2).forEach(reporter.report);
    vi.advanceTimersByTime(200);
    expect(screen().lines).toEqual([
      expect.stringContaining('trusted.customer_trusted'),
      '0 of 12 done',
    ]);
  });

  it('leaves nothing behind when the window became narrower', () => {
    const { out, reporter } = start();
    events.slice(0, 2).forEach(reporter.report);
    const before = out.text().length;
    out.stream.columns = 30;
    vi.advanceTimersByTime(80);
    const frame = out.text().slice(before);
    // The running line of some 70 columns takes three rows of 30 now, the progress line one.
    expect(frame.startsWith('\r\u001b[4A\u001b[J')).toBe(true);
    for (const line of renderScreen(frame.slice('\r\u001b[4A'.length)).lines) {
      expect(line.length).toBeLessThan(30);
    }
  });

  it('never shows a part of a secret at the edge of the window', () => {
    const { out, reporter } = start({
      columns: 40,
      env: { STEDI_ENV_SECRET_NAME: 'customer_trusted' },
    });
    events.slice(0, 2).forEach(reporter.report);
    expect(out.text()).toContain('trusted.*****');
    expect(out.text()).not.toContain('customer');
  });
});
