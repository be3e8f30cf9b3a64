import type { Diagnostic } from '../../core/diagnostic.js';
import type { RunEvent } from '../../core/event.js';
import { logLevels, type LogLevel } from '../../core/log-level.js';
import type { SqlNode } from '../../core/node.js';
import type { NodeResult, RunResults } from '../../core/run-results.js';
import type { Output } from '../output.js';
import { formatDuration, formatQuantity } from '../text/quantity.js';
import { createStyle } from '../text/style.js';
import { countStatuses } from '../summary/count-results.js';
import { isFailure, describeKind, describeName } from './describe-node.js';
import { toHookInfo, toNodeInfo } from './node-info.js';
import { formatNodeLine } from './format-node-line.js';
import { formatHookLine } from './report-hook.js';
import type { Reporter } from './reporter.js';

/** What every JSON line says of the invocation. */
export interface JsonLogContext {
  readonly invocationId: string;
  /** The command's name, such as `build`. */
  readonly command: string;
  readonly targetName: string;
  /** Lines below this level are left out. */
  readonly level: LogLevel;
  /** `text`: a line of time, level, thread and message instead of JSON; `json` if left out. */
  readonly form?: 'json' | 'text';
  /** The version of the command. */
  readonly version?: string;
  /** What the environment adds to every line. */
  readonly extra?: Readonly<Record<string, string>>;
  /** The folders of the project's resources, which paths of nodes are relative to. */
  readonly folders?: readonly string[];
  /** Returns the time as ISO 8601 in UTC. */
  readonly timestamp: () => string;
}

type Level = Exclude<LogLevel, 'none'>;

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

function resultLevel(result: NodeResult): Level {
  if (isFailure(result.status)) return 'error';
  return result.status === 'warn' ? 'warn' : 'info';
}

/** Returns what dbt tells of a node that has ended: its statements, the line for people, and the result as a whole. */
function toResultEntries(
  event: Extract<RunEvent, { kind: 'node-finished' }>,
  { folders }: JsonLogContext,
): readonly LogEntry[] {
  const { result } = event;
  const { node } = result;
  const node_info = toNodeInfo(node, { result, ...(folders && { folders }) });
  const thread = result.threadId;
  return [
    ...result.executedSql.map((sql): LogEntry => ({
      name: 'SQLQuery',
      code: 'E016',
      level: 'debug',
      msg: `On ${node.uniqueId}: ${sql}`,
      thread,
      data: { conn_name: node.uniqueId, node_info, sql },
    })),
    toResultEntry(event, node_info),
    ...result.diagnostics.map(toDiagnosticEntry),
    {
      name: 'NodeFinished',
      code: 'Q025',
      level: 'debug',
      msg: `Finished running node ${node.uniqueId}`,
      thread,
      data: {
        node_info,
        run_result: {
          status: result.status,
          message: result.message,
          execution_time: result.executionMs / 1000,
          num_failures: result.failures ?? 0,
          thread,
          adapter_response: result.adapterResponse,
        },
      },
    },
  ];
}

function toResultEntry(
  event: Extract<RunEvent, { kind: 'node-finished' }>,
  node_info: Readonly<Record<string, unknown>>,
): LogEntry {
  const { result, index, total } = event;
  const { node, status } = result;
  const common = {
    level: resultLevel(result),
    msg: formatNodeLine(result, event, plain),
    thread: result.threadId,
  };
  const data = {
    node_info,
    status,
    index,
    total,
    execution_time: result.executionMs / 1000,
    message: result.message,
  };
  if (status === 'skipped') {
    const { name: node_name, resourceType: resource_type } = node;
    const schema = 'relation' in node ? node.relation.schema : '';
    const skipped = { ...data, node_name, resource_type, schema };
    return { name: 'SkippingDetails', code: 'Q034', ...common, data: skipped };
  }
  if (status === 'cancelled') {
    return { name: 'LogCancelLine', code: 'Q022', ...common, data };
  }
  if (node.resourceType === 'seed') {
    const { schema, identifier } = node.relation;
    const rows = { rows_affected: result.rowsAffected, result_message: result.message };
    const seed = { ...data, schema, relation: identifier, ...rows };
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
        data: {
          ...data,
          // dbt's word for a line of a model; what it is in the results stands in node_info.
          status: isFailure(status) ? 'error' : 'OK',
          description: describe(node),
          rows_affected: result.rowsAffected,
        },
      }
    : {
        name: 'LogTestResult',
        code: 'Q007',
        ...common,
        data: {
          ...data,
          name: node.name,
          num_failures: result.failures,
          num_models: total,
          attached_node: node.resourceType === 'test' ? (node.generic?.attachedNode ?? null) : null,
        },
      };
}

/** dbt's words for a node: `sql table model main.orders`. */
function describe(node: SqlNode): string {
  const name = describeName(node);
  if (node.resourceType === 'model') {
    return `${node.language} ${node.config.materialized} model ${name}`;
  }
  if (node.resourceType === 'seed') return `seed file ${name}`;
  return node.resourceType === 'snapshot' ? `snapshot ${name}` : `${describeKind(node)} ${name}`;
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
  const kinds = new Map<string, number>();
  for (const { node } of results.results) {
    kinds.set(describeKind(node), (kinds.get(describeKind(node)) ?? 0) + 1);
  }
  const statLine = [...kinds].map(([kind, count]) => formatQuantity(count, kind)).join(', ');
  return [
    {
      name: 'FinishedRunningStats',
      code: 'E047',
      level: 'info',
      msg: `Finished running ${statLine} in ${formatDuration(results.elapsedMs)}`,
      data: {
        stat_line: statLine,
        execution: ` in ${formatDuration(results.elapsedMs)}`,
        execution_time: results.elapsedMs / 1000,
      },
    },
    {
      name: 'EndOfRunSummary',
      code: 'Z030',
      level: success ? 'info' : 'error',
      msg: success
        ? 'Completed successfully'
        : `Completed with ${formatQuantity(stats.error, 'error')}`,
      data: {
        num_errors: stats.error,
        num_warnings: stats.warn,
        num_partial_success: 0,
        keyboard_interrupt: results.cancelled,
      },
    },
    ...results.results.flatMap((result) => toProblemEntries(result, context)),
    {
      name: 'StatsLine',
      code: 'Z023',
      level: 'info',
      msg: `Done. PASS=${stats.pass} WARN=${stats.warn} ERROR=${stats.error} SKIP=${stats.skip} NO-OP=0 TOTAL=${stats.total}`,
      data: { stats: { ...stats, noop: 0 } },
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
        completed_at: context.timestamp(),
      },
    },
  ];
}

/** Returns what dbt tells of a hook around a run: that it begins, and how it ended. */
function toHookEntries({
  result,
  total,
}: Extract<RunEvent, { kind: 'hook-finished' }>): readonly LogEntry[] {
  const { hook, status } = result;
  const [, packageName = ''] = hook.uniqueId.split('.');
  const statement = `${packageName}.${hook.time}.${hook.position - 1}`;
  const place = { statement, index: hook.position, total };
  const started: LogEntry = {
    name: 'LogHookStartLine',
    code: 'Q032',
    level: 'info',
    msg: `${hook.position} of ${total} START hook: ${statement}`,
    data: { node_info: toHookInfo(result, { ends: false }), ...place },
  };
  return [
    ...(status === 'skipped' ? [] : [started]),
    {
      name: 'LogHookEndLine',
      code: 'Q033',
      level: status === 'error' ? 'error' : 'info',
      msg: formatHookLine(result),
      data: {
        node_info: toHookInfo(result, { ends: true }),
        ...place,
        unique_id: hook.uniqueId,
        sql: hook.compiledSql,
        status,
        execution_time: result.executionMs / 1000,
      },
    },
  ];
}

/** Returns what dbt tells at the end of each node that failed or warned, once more. */
function toProblemEntries(
  result: NodeResult,
  { folders }: Pick<JsonLogContext, 'folders'>,
): readonly LogEntry[] {
  const { node, status, message } = result;
  if (!isFailure(status) && status !== 'warn') return [];
  const node_info = toNodeInfo(node, { result, ...(folders && { folders }) });
  const { name: node_name, resourceType: resource_type, path } = node;
  const what = status === 'warn' ? 'Warning' : 'Failure';
  const level = status === 'warn' ? ('warn' as const) : ('error' as const);
  const [title, detail] =
    status === 'warn'
      ? ([
          { name: 'RunResultWarning', code: 'Z021' },
          { name: 'RunResultWarningMessage', code: 'Z046' },
        ] as const)
      : ([
          { name: 'RunResultFailure', code: 'Z022' },
          { name: 'RunResultError', code: 'Z024' },
        ] as const);
  return [
    {
      ...title,
      level,
      msg: `${what} in ${resource_type} ${node_name} (${path})`,
      data: { node_info, node_name, path, resource_type },
    },
    {
      ...detail,
      level,
      msg: `  ${message}`,
      data: { node_info, msg: message },
    },
  ];
}

function toEntries(event: RunEvent, context: JsonLogContext): readonly LogEntry[] {
  switch (event.kind) {
    case 'run-started':
      return [
        ...(context.version === undefined
          ? []
          : [
              {
                name: 'MainReportVersion',
                code: 'A001',
                level: 'info' as const,
                msg: `Running with stedi-sql=${context.version}`,
                data: { version: `=${context.version}`, log_version: 3 },
              },
            ]),
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
            node_info: toNodeInfo(event.node, { ...context, startedAt: context.timestamp() }),
            description: describe(event.node),
            index: event.index,
            total: event.total,
          },
        },
        {
          name: 'NodeStart',
          code: 'Q024',
          level: 'debug',
          msg: `Began running node ${event.node.uniqueId}`,
          data: {
            node_info: toNodeInfo(event.node, { ...context, startedAt: context.timestamp() }),
          },
        },
      ];
    case 'node-finished':
      return toResultEntries(event, context);
    case 'hook-finished':
      return [...toHookEntries(event), ...event.result.diagnostics.map(toDiagnosticEntry)];
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
 * Returns the reporter of `--log-format json` and of the log file: a JSON object a line in dbt's envelope, `info` for every line and `data`
 * by its `info.name`. Durations are in seconds, as in dbt.
 */
export function createJsonReporter(out: Output, context: JsonLogContext): Reporter {
  return {
    report: (event) => {
      for (const entry of toEntries(event, context)) {
        if (logLevels.indexOf(entry.level) < logLevels.indexOf(context.level)) continue;
        const thread = entry.thread ?? 'MainThread';
        if (context.form === 'text') {
          out.writeLine(
            `${context.timestamp()} [${entry.level.padEnd(5)}] [${thread}]: ${entry.msg}`,
          );
          continue;
        }
        out.writeJson({
          info: {
            name: entry.name,
            code: entry.code,
            level: entry.level,
            msg: entry.msg,
            ts: context.timestamp(),
            invocation_id: context.invocationId,
            pid: process.pid,
            thread,
            category: '',
            extra: context.extra ?? {},
          },
          data: entry.data,
        });
      }
    },
    close: () => undefined,
  };
}
