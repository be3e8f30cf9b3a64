import type { EngineResult } from '../../../core/adapter.js';
import { formatType } from '../../../core/sql-type.js';
import type { Connection } from '../connection.js';
import type {
  ColumnReading,
  LandingColumn,
  LandingFile,
  LandingLocation,
  PlainFiles,
} from './landing-view.js';

/*
 * What a survey found out travels with the view, as its comment, so that the next build looks at new files only.
 */

/** The comment's content. Short, because a folder may have thousands of files: path, size, time of the last change. */
interface SurveyComment {
  readonly stediSqlLanding: 1;
  readonly pattern: string;
  readonly declared: string;
  readonly plain: readonly {
    readonly readings: readonly ColumnReading[];
    readonly files: readonly (readonly [string, number, number])[];
  }[];
}

/** What a survey is of. */
interface SurveySubject {
  readonly location: LandingLocation;
  readonly columns: readonly LandingColumn[];
}

function declaredText(columns: readonly LandingColumn[]): string {
  return columns.map(({ name, type }) => `${name} ${formatType(type)}`).join(', ');
}

/** Returns the comment that `readSurvey` reads. */
export function writeSurvey({
  location,
  columns,
  plain,
}: SurveySubject & { readonly plain: readonly PlainFiles[] }): string {
  const comment: SurveyComment = {
    stediSqlLanding: 1,
    pattern: location.pattern,
    declared: declaredText(columns),
    plain: plain.map(({ readings, files }) => ({
      readings,
      files: files.map(({ path, sizeBytes, modifiedS }) => [path, sizeBytes, modifiedS]),
    })),
  };
  return JSON.stringify(comment);
}

function parseComment(text: string): SurveyComment | undefined {
  try {
    return JSON.parse(text) as SurveyComment;
  } catch {
    return undefined;
  }
}

/**
 * Returns what an earlier survey of the same location and columns says of those `files` that did not change since; empty
 * if there was none.
 */
export async function readSurvey(
  connection: Connection,
  { location, columns, files }: SurveySubject & { readonly files: readonly LandingFile[] },
  signal: AbortSignal,
): Promise<EngineResult<readonly PlainFiles[]>> {
  const comments = await connection.query(
    `select comment from duckdb_views()
where database_name = current_database() and starts_with(comment, '{"stediSqlLanding":1')`,
    { limit: null, signal },
  );
  if (!comments.ok) return comments;
  const declared = declaredText(columns);
  const earlier = comments.value.rows
    .map(([text]) => parseComment(String(text)))
    .find((each) => each?.pattern === location.pattern && each.declared === declared);
  if (earlier === undefined) return { ok: true, value: [] };

  const byPath = new Map(files.map((file) => [file.path, file]));
  const plain = earlier.plain.map((group) => ({
    readings: group.readings,
    files: group.files.flatMap(([path, sizeBytes, modifiedS]) => {
      const file = byPath.get(path);
      return file?.sizeBytes === sizeBytes && file.modifiedS === modifiedS ? [file] : [];
    }),
  }));
  return { ok: true, value: plain.filter((group) => group.files.length > 0) };
}
