import type { Diagnostic } from '../../core/diagnostic.js';
import type { RunEvent } from '../../core/event.js';
import type { HookResult } from '../../core/hook.js';
import type { SqlNode } from '../../core/node.js';
import type { NodeResult, RunResults } from '../../core/run-results.js';
import type { Output } from '../output.js';
import { formatDuration } from '../text/quantity.js';
import { createStyle } from '../text/style.js';
import { countStatuses } from '../summary/count-results.js';
import { isFailure, describeKind, describeName } from './describe-node.js';
import { formatNodeLine } from './format-node-line.js';
import { formatHookLine } from './report-hook.js';
import type { Reporter } from './reporter.js';

/** What every JSON line says of the invocation. */
export interface JsonLogContext {
  readonly invocationId: string;
  /** The command's name, such as `build`. */
  readonly command: string;
  readonly targetName: string;
  /** `--quiet`: only lines of level `error`. */
  readonly quiet: boolean;
  /** Returns the time as ISO 8601 in UTC. */
  readonly timestamp: () => string;
}

type Level = 'error' | 'warn' | 'info' | 'debug';

/** One line of dbt's JSON log, before the envelope. Names and codes are dbt's (dbt-core, `dbt/events/types.py`). */
interface LogEntry {
  readonly name: string;
  readonly code: string;
  readonly level: Level;
  readonly msg: string;
  readonly thread?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const plain = createStyle({ color: false });

function toNodeInfo(node: SqlNode, result?: NodeResult): Readonly<Record<string, unknown>> {
  return {
    unique_id: node.uniqueId,
    node_name: node.name,
    node_path: node.path,
    resource_type: node.resourceType,
    materialized: node.config.materialized,
    meta: node.config.meta,
    node_status: result?.status ?? 'started',
    node_started_at: result?.startedAt ?? '',
    node_finished_at: result?.completedAt ?? '',
    node_relation:
      'relation' in node
        ? {
            alias: node.relation.identifier,
            database: node.relation.database,
            schema: node.relation.schema,
          }
        : null,
  };
}

function resultLevel(result: NodeResult): Level {
  if (isFailure(result.status)) return 'error';
  return result.status === 'warn' ? 'warn' : 'info';
}

function toResultEntry(event: Extract<RunEvent, { kind: 'node-finished' }>): LogEntry {
  const { result, index, total } = event;
  const { node, status } = result;
  const common = {
    level: resultLevel(result),
    msg: formatNodeLine(result, event, plain),
    thread: result.threadId,
  };
  const data = {
    node_info: toNodeInfo(node, result),
    status,
    index,
    total,
    execution_time: result.executionMs / 1000,
    message: result.message,
  };
  if (status === 'skipped') {
    return { name: 'SkippingDetails', code: 'Q034', ...common, data };
  }
  if (status === 'cancelled') {
    return { name: 'LogCancelLine', code: 'Q022', ...common, data };
  }
  if (node.resourceType === 'seed') {
    const { schema, identifier } = node.relation;
    const seed = { ...data, schema, relation: identifier, rows_affected: result.rowsAffected };
    return { name: 'LogSeedResult', code: 'Q016', ...common, data: seed };
  }
  if (node.resourceType === 'snapshot') {
    const snapshot = {
      ...data,
      description: describe(node),
      cfg: {},
      rows_affected: result.rowsAffected,
    };
    return { name: 'LogSnapshotResult', code: 'Q015', ...common, data: snapshot };
  }
  return node.resourceType === 'model'
    ? {
        name: 'LogModelResult',
        code: 'Q012',
        ...common,
        data: { ...data, description: describe(node), rows_affected: result.rowsAffected },
      }
    : {
        name: 'LogTestResult',
        code: 'Q007',
        ...common,
        data: { ...data, name: node.name, num_failures: result.failures },
      };
}

function describe(node: SqlNode): string {
  return `${describeKind(node)} ${describeName(node)}`;
}

function toDiagnosticEntry(diagnostic: Diagnostic): LogEntry {
  const levels = { error: 'error', warning: 'warn', info: 'info' } as const;
  return {
    name: 'Diagnostic',
    code: diagnostic.code,
    level: levels[diagnostic.severity],
    msg: diagnostic.message,
    data: { ...diagnostic },
  };
}

function toEndEntries(results: RunResults, context: JsonLogContext): readonly LogEntry[] {
  const stats = countStatuses(results.results);
  const success = !results.cancelled && stats.error === 0;
  return [
    {
      name: 'StatsLine',
      code: 'Z023',
      level: 'info',
      msg: `Done. PASS=${stats.pass} WARN=${stats.warn} ERROR=${stats.error} SKIP=${stats.skip} TOTAL=${stats.total}`,
      data: { stats },
    },
    {
      name: 'CommandCompleted',
      code: 'Q039',
      level: 'info',
      msg: `Command \`${context.command}\` ${success ? 'succeeded' : 'failed'} after ${formatDuration(results.elapsedMs)}`,
      data: {
        command: context.command,
        success,
        cancelled: results.cancelled,
        elapsed: results.elapsedMs / 1000,
      },
    },
  ];
}

function toHookEntry(result: HookResult): LogEntry {
  return {
    name: 'LogHookEndLine',
    code: 'Q033',
    level: result.status === 'error' ? 'error' : 'info',
    msg: formatHookLine(result),
    data: {
      unique_id: result.hook.uniqueId,
      statement: result.hook.compiledSql,
      status: result.status,
      execution_time: result.executionMs / 1000,
    },
  };
}

function toEntries(event: RunEvent, context: JsonLogContext): readonly LogEntry[] {
  switch (event.kind) {
    case 'run-started':
      return [
        {
          name: 'ConcurrencyLine',
          code: 'Q027',
          level: 'info',
          msg: `Concurrency: ${event.threads} threads (target='${context.targetName}')`,
          data: {
            num_threads: event.threads,
            target_name: context.targetName,
            node_count: event.nodeCount,
          },
        },
      ];
    case 'node-started':
      return [
        {
          name: 'LogStartLine',
          code: 'Q011',
          level: 'info',
          msg: `${event.index} of ${event.total} START ${describe(event.node)}`,
          data: {
            node_info: toNodeInfo(event.node),
            description: describe(event.node),
            index: event.index,
            total: event.total,
          },
        },
      ];
    case 'node-finished':
      return [toResultEntry(event), ...event.result.diagnostics.map(toDiagnosticEntry)];
    case 'hook-finished':
      return [toHookEntry(event.result), ...event.result.diagnostics.map(toDiagnosticEntry)];
    case 'cancelling':
      return [
        { name: 'MainKeyboardInterrupt', code: 'Z001', level: 'info', msg: 'ctrl-c', data: {} },
      ];
    case 'diagnostic':
      return [toDiagnosticEntry(event.diagnostic)];
    case 'run-finished':
      return toEndEntries(event.results, context);
  }
}

/**
 * Returns the reporter of `--log-format json`: a JSON object a line in dbt's envelope, `info` for every line and `data`
 * by its `info.name`. Durations are in seconds, as in dbt.
 */
export function createJsonReporter(out: Output, context: JsonLogContext): Reporter {
  return {
    report: (event) => {
      for (const entry of toEntries(event, context)) {
        if (context.quiet && entry.level !== 'error') continue;
        out.writeJson({
          info: {
            name: entry.name,
            code: entry.code,
            level: entry.level,
            msg: entry.msg,
            ts: context.timestamp(),
            invocation_id: context.invocationId,
            pid: process.pid,
            thread: entry.thread ?? 'MainThread',
            category: '',
            extra: {},
          },
          data: entry.data,
        });
      }
    },
    close: () => undefined,
  };
}
