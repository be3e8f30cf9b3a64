import { readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineFailure, EngineResult, StepOutcome } from '../../../core/adapter.js';
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import { readDeclaredType } from '../../../core/declared-type.js';
import { readExternalTable } from '../../../core/external-table.js';
import type { Step } from '../../../core/plan.js';
import type { Connection } from '../connection.js';
import { displayPath } from '../open-failure.js';
import { quoteRelation, quoteText } from '../quote.js';
import { isSoundGzip } from './landing-lines.js';
import {
  escapeGlob,
  isVisible,
  landingQuery,
  type LandingColumn,
  type LandingFile,
  type LandingLocation,
  type PlainFiles,
} from './landing-view.js';
import { filePartitions } from './file-partitions.js';
import { listedQuery } from './stage-listed.js';
import { readSurvey, writeSurvey } from './survey-comment.js';
import { mergeGroups, surveyFiles } from './survey-files.js';

type StageExternal = Extract<Step, { kind: 'stage-external' }>;

/** From here on it pays to wait a moment rather than to read files in the slower way. */
const worthWaitingBytes = 16_000_000;

function fail(diagnostic: Diagnostic, statement = ''): { ok: false; failure: EngineFailure } {
  return { ok: false, failure: { diagnostic, statement, cancelled: false } };
}

/** Returns the declared columns with their types, or what is wrong with them. */
function readColumns(step: StageExternal): readonly LandingColumn[] | Diagnostic {
  const columns: LandingColumn[] = [];
  const seen = new Set<string>();
  for (const { name, data_type } of step.columns) {
    const type = readDeclaredType(data_type ?? '');
    const code = 'materialization-invalid';
    if ('problem' in type) {
      const message = `column '${name}' of an external table is declared '${data_type ?? ''}': ${type.problem}`;
      return errorDiagnostic(code, message, { hint: type.hint });
    }
    if (seen.has(name.toLowerCase())) {
      const hint = 'names of columns are compared without regard to case; remove one';
      return errorDiagnostic(code, `column '${name}' of an external table is declared twice`, {
        hint,
      });
    }
    seen.add(name.toLowerCase());
    columns.push({ name, type });
  }
  return columns;
}

/** Returns why the folder, or a folder in it, cannot be looked into: DuckDB passes over such folders without a word. */
function findUnreadable(folder: string, root: string): Diagnostic | undefined {
  try {
    readdirSync(folder, { recursive: true });
    return undefined;
  } catch (error) {
    const { code, path = folder } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const reason = code === 'EACCES' ? 'permission denied' : (code ?? String(error));
    const shown = displayPath(path, root);
    return errorDiagnostic('landing-unreadable', `the folder ${shown} cannot be read: ${reason}`, {
      location: { path: shown },
      hint: 'give yourself the right to read it, or correct `location:`',
    });
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Returns where the files are; a folder that is missing is an empty one, as it is on Athena. */
function locate(location: string, root: string): LandingLocation | Diagnostic {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) {
    return errorDiagnostic('landing-unreadable', `this engine cannot read from ${location}`, {
      hint: 'give `location:` a folder of this machine for this target, for instance through a var',
    });
  }
  const path = resolve(root, location).replaceAll('\\', '/');
  if (isFile(path)) return { path, pattern: escapeGlob(path), folder: null };
  return findUnreadable(path, root) ?? { path, pattern: `${escapeGlob(path)}/**`, folder: path };
}

/** Returns what to say of a location without files; the table is there all the same, as it is on Athena. */
function warnOfNothing(location: string): Diagnostic {
  return warningDiagnostic(
    'landing-empty',
    `its location ${location} holds no files, so it has no rows`,
    {
      hint: "bring files in with 'stedi-sql land', or correct `location:`",
    },
  );
}

async function listFiles(
  connection: Connection,
  location: LandingLocation,
  signal: AbortSignal,
): Promise<EngineResult<readonly LandingFile[]>> {
  const listed = await connection.query(
    `select filename, size, epoch(last_modified)::bigint from read_blob(${quoteText(location.pattern)})
where ${isVisible(location)} order by filename`,
    { limit: null, signal },
  );
  if (!listed.ok) return listed;
  const files = listed.value.rows.map(([path, size, modified]) => ({
    path: String(path),
    sizeBytes: Number(size),
    modifiedS: Number(modified),
  }));
  return { ok: true, value: files };
}

/**
 * Returns the files that have not changed within the present second: of these, any later change shows in the time of
 * their last change, which DuckDB knows to the second. Waits for the next second where much data is at stake.
 */
async function settledFiles(files: readonly LandingFile[]): Promise<readonly LandingFile[]> {
  // File systems take the time from a clock that is a few milliseconds behind.
  const clockLagMs = 50;
  const presentS = (): number => Math.floor((Date.now() - clockLagMs) / 1000);
  const startS = presentS();
  const fresh = files.filter(({ modifiedS }) => modifiedS === startS || modifiedS === startS + 1);
  const freshBytes = fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (freshBytes >= worthWaitingBytes) {
    const lastS = Math.max(...fresh.map(({ modifiedS }) => modifiedS));
    // A timer may end a millisecond before its time, and the second would still be the same.
    while (presentS() <= lastS) await sleep((lastS + 1) * 1000 + clockLagMs - Date.now() + 1);
  }
  return files.filter(({ modifiedS }) => modifiedS < presentS());
}

/** Returns how files are read, from the survey of an earlier build where they did not change since. */
async function survey(
  connection: Connection,
  {
    location,
    columns,
    files,
    root,
  }: {
    readonly location: LandingLocation;
    readonly columns: readonly LandingColumn[];
    readonly files: readonly LandingFile[];
    readonly root: string;
  },
  signal: AbortSignal,
): Promise<EngineResult<readonly PlainFiles[]>> {
  const known = await readSurvey(connection, { location, columns, files }, signal);
  if (!known.ok) return known;
  const knownPaths = new Set(known.value.flatMap((group) => group.files.map(({ path }) => path)));
  const others = files.filter(({ path }) => !knownPaths.has(path));
  for (const { path } of others) {
    if (path.endsWith('.gz') && !(await isSoundGzip(path))) {
      return fail(
        errorDiagnostic(
          'landing-unreadable',
          `landing file ${displayPath(path, root)}: the gzip file is cut off or damaged`,
          {
            location: { path: displayPath(path, root) },
            hint: 'bring the file in again; what DuckDB could read of it would not be all',
          },
        ),
      );
    }
  }
  const settled = new Set((await settledFiles(others)).map(({ path }) => path));
  // The others are looked at, too: whether a malformed line fails the table must not hang on how old its file is.
  const surveyed = await surveyFiles(connection, others, columns, signal);
  if (!surveyed.ok) return surveyed;
  const lasting = surveyed.value.map(({ readings, files: read }) => ({
    readings,
    files: read.filter(({ path }) => settled.has(path)),
  }));
  const groups = [...known.value, ...lasting].filter(({ files: read }) => read.length > 0);
  return { ok: true, value: mergeGroups(groups) };
}

/**
 * Creates the view that reads the landing files, under the staged name. Keys match columns without regard to case, and
 * values are read as Athena's OpenX JSON SerDe means them. `root` is what relative locations start from.
 * Failures: `landing-unreadable` (a malformed file), `materialization-invalid` (a type that no external table has).
 */
export async function stageExternal(
  connection: Connection,
  step: StageExternal,
  { root, signal }: { readonly root: string; readonly signal: AbortSignal },
): Promise<EngineResult<StepOutcome>> {
  const columns = readColumns(step);
  if ('code' in columns) return fail(columns);
  const { table } = readExternalTable({
    config: { format: step.format, extra: step.model.config.extra },
    columns: step.columns,
  });
  const located = locate(step.location, root);
  if ('code' in located) return fail(located);
  const partitions = filePartitions(table, {
    folder: located.folder ?? located.path,
    resolvePath: (path) => resolve(root, path).replaceAll('\\', '/'),
    now: new Date(),
  });
  const isListed = table.format !== 'json' || table.partitions.length > 0;
  const location = isListed ? locate(partitions.folder, root) : located;
  if ('code' in location) return fail(location);
  const files = await listFiles(connection, location, signal);
  if (!files.ok) return files;
  const staged = quoteRelation(step.staged);
  let fileCount = files.value.length;
  let executedSql: readonly string[];
  if (isListed) {
    const listed = await listedQuery(
      connection,
      {
        ...{ table, columns, location, partitions },
        files: files.value,
        displayPath: (path) => displayPath(path, root),
      },
      signal,
    );
    if (!listed.ok) return listed;
    fileCount = listed.value.fileCount;
    executedSql = [`create or replace view ${staged} as\n${listed.value.sql}`];
  } else {
    const plain = await survey(connection, { location, columns, files: files.value, root }, signal);
    if (!plain.ok) return plain;
    const query = landingQuery(location, columns, {
      plain: plain.value,
      isEmpty: files.value.length === 0,
    });
    executedSql = [
      `create or replace view ${staged} as\n${query}`,
      `comment on view ${staged} is ${quoteText(writeSurvey({ location, columns, plain: plain.value }))}`,
    ];
  }
  for (const statement of executedSql) {
    const done = await connection.run(statement, signal);
    if (!done.ok) return done;
  }
  // The records there are now. A value that cannot be read fails who reads it, not the table, as on Athena.
  const counted = await connection.query(`select count(*) from ${staged}`, { limit: null, signal });
  if (!counted.ok && counted.failure.cancelled) return counted;
  const sizeBytes = files.value.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    ok: true,
    value: {
      executedSql,
      rowsAffected: counted.ok ? Number(counted.value.rows[0]?.[0]) : null,
      response: { landing_files: fileCount, landing_bytes: sizeBytes },
      ...(fileCount === 0 && { warnings: [warnOfNothing(step.location)] }),
    },
  };
}
