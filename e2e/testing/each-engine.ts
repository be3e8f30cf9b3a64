import { createAthenaProject } from './athena.js';
import { createProject, type CommandOutcome, type TestProject } from './project.js';

/** A small project on one of the engines. */
export interface EngineProject {
  readonly project: TestProject;
  run(args: readonly string[]): Promise<CommandOutcome>;
  /** Returns the rows of a query on the warehouse; it may use `ref()`. */
  rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

async function onDuckDb(files: Readonly<Record<string, string>>): Promise<EngineProject> {
  const project = createProject({ 'stedi_project.yml': 'name: shop\n', ...files });
  return Promise.resolve({
    project,
    run: (args) => project.runAside(args),
    rows: (sql) => Promise.resolve(project.rows(sql)),
    close: () => {
      project.remove();
      return Promise.resolve();
    },
  });
}

async function onAthena(files: Readonly<Record<string, string>>): Promise<EngineProject> {
  const athena = await createAthenaProject(files);
  return {
    project: athena.project,
    run: (args) => athena.run(args),
    rows: (sql) => athena.rows(sql),
    close: () => athena.close(),
  };
}

/** Each engine, with what makes a project on it: for `describe.each`. */
export const engines = [
  ['DuckDB', onDuckDb],
  ['Athena', onAthena],
] as const;
