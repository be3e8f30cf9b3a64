import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { callCommand } from './call-command.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The committed sample. */
export const sampleLanding = join(repository, 'data', 'landing');
/** The public STEDI data, where this checkout has it beside it. */
export const publicLanding = join(repository, '..', 'shared', 'data', 'stedi-2023');
export const hasPublicLanding = existsSync(publicLanding);

/** One result of `run_results.json`, as far as these tests read it. */
export interface RunResult {
  readonly unique_id: string;
  readonly status: string;
  readonly failures: number | null;
  readonly message: string | null;
}

/** A copy of the STEDI project in a temporary folder, driven through the built command. */
export interface Lakehouse {
  readonly root: string;
  /** Runs the command; returns the exit code and what it printed. */
  run(...args: string[]): {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  };
  /** Runs a query; returns its first row. */
  queryRow(sql: string): Readonly<Record<string, unknown>>;
  rowCount(relation: string): number;
  /** The results of the last run, by node name. */
  results(): ReadonlyMap<string, RunResult>;
  read(path: string): string;
  write(path: string, content: string): void;
  remove(): void;
}

/** Copies the STEDI project (without its data) to a temporary folder that reads landing files from `landing`. */
export function copyLakehouse(landing: string): Lakehouse {
  const root = mkdtempSync(join(tmpdir(), 'stedi-lakehouse-'));
  for (const path of ['stedi_project.yml', 'models', 'macros', 'tests']) {
    cpSync(join(repository, path), join(root, path), { recursive: true });
  }
  const config = join(root, 'stedi_project.yml');
  writeFileSync(
    config,
    readFileSync(config, 'utf8').replace(
      'landing_location: data/landing',
      `landing_location: ${JSON.stringify(landing)}`,
    ),
  );

  function run(...args: string[]): { code: number; stdout: string; stderr: string } {
    const call = { args: [...args, '--project-dir', root], cwd: root, env: process.env };
    const { code, stdout, stderr } = callCommand(call);
    return { code: code ?? -1, stdout, stderr };
  }

  function queryRow(sql: string): Readonly<Record<string, unknown>> {
    const { code, stdout, stderr } = run('show', '--inline', sql, '--output', 'json', '--quiet');
    if (code !== 0) throw new Error(`query failed (${code}): ${stdout}${stderr}`);
    const parsed = JSON.parse(stdout) as { show: Record<string, unknown>[] };
    const row = parsed.show[0];
    if (row === undefined) throw new Error(`no row: ${sql}`);
    return row;
  }

  return {
    root,
    run,
    queryRow,
    rowCount: (relation) => Number(queryRow(`select count(*) as n from ${relation}`)['n']),
    results() {
      const artifact = JSON.parse(
        readFileSync(join(root, 'target', 'run_results.json'), 'utf8'),
      ) as { results: RunResult[] };
      return new Map(
        artifact.results.map((result) => [result.unique_id.split('.')[2] ?? '', result]),
      );
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    write: (path, content) => writeFileSync(join(root, path), content),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
