import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bin, callCommand, callCommandAside, type CommandOutcome } from './call-command.js';

export { bin, type CommandOutcome };

/** A call of the command that goes on. */
export interface RunningCommand {
  /** Waits until stdout matches; fails if the command ends before. */
  saw(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<CommandOutcome>;
}

/** How a command is called. */
export interface CallOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The user that the command runs as; only root may choose. */
  readonly uid?: number;
}

/** A small project in a temporary folder, driven through the built command. */
export interface TestProject {
  readonly root: string;
  /** Runs the command in the project folder and waits for it. */
  run(args: readonly string[], options?: CallOptions): CommandOutcome;
  /** Runs the command in the project folder, while this process can answer it. */
  runAside(args: readonly string[], options?: Pick<CallOptions, 'env'>): Promise<CommandOutcome>;
  /** Starts the command and leaves it running. */
  launch(args: readonly string[], options?: CallOptions): RunningCommand;
  /** Runs several calls at the same time; the outcomes are in their order. */
  runAll(
    calls: readonly (readonly string[])[],
    options?: CallOptions,
  ): Promise<readonly CommandOutcome[]>;
  /** Starts the command; `signalWhen` sends SIGINT once stdout matches. */
  start(args: readonly string[], options: { readonly signalWhen: RegExp }): Promise<CommandOutcome>;
  /** Returns the rows of a query on the warehouse. */
  rows(sql: string): readonly Readonly<Record<string, unknown>>[];
  write(path: string, content: string | Uint8Array): void;
  read(path: string): string;
  exists(path: string): boolean;
  /** Returns every file below a folder, relative to it, in order. */
  list(path: string): readonly string[];
  json(path: string): unknown;
  /** Ends the commands that still run, and removes the folder. */
  remove(): void;
}

/** The environment of the tests without what would colour or configure the command. */
function cleanEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment['FORCE_COLOR'];
  delete environment['NO_COLOR'];
  // Set where the tests run under npx; the command would think it did.
  delete environment['npm_command'];
  return { ...environment, ...extra };
}

/** Commands that tests have started and that have not ended. A test that is given up must not leave them running. */
const running = new Set<ChildProcess>();
process.once('exit', () => killAll(running));

function killAll(children: Iterable<ChildProcess>): void {
  for (const child of children) child.kill('SIGKILL');
}

/** The configuration that most tests use. */
export const plainConfig = 'name: shop\nmodels:\n  shop:\n    +materialized: table\n';

/** Writes `files` (content by path) to a new temporary folder. */
export function createProject(files: Readonly<Record<string, string | Uint8Array>>): TestProject {
  const root = mkdtempSync(join(tmpdir(), 'stedi-project-'));
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  const own = new Set<ChildProcess>();
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');

  const run: TestProject['run'] = (args, { env, uid } = {}) =>
    callCommand({ args, cwd: root, env: cleanEnvironment(env) }, uid);
  const runAside: TestProject['runAside'] = (args, { env } = {}) =>
    callCommandAside({ args, cwd: root, env: cleanEnvironment(env) }) ??
    launch(args, env && { env }).ended;
  const launch: TestProject['launch'] = (args, { env, uid } = {}) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: root,
      env: cleanEnvironment(env),
      ...(uid !== undefined && { uid }),
    });
    for (const children of [running, own]) {
      children.add(child);
      child.once('exit', () => children.delete(child));
    }
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise<CommandOutcome>((resolve) => {
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    const saw = (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(stdout)) resolve();
        };
        child.stdout.on('data', look);
        child.on('close', () =>
          reject(new Error(`never saw ${pattern.source}: ${stdout}${stderr}`)),
        );
        look();
      });
    return { saw, kill: (signal) => void child.kill(signal), ended };
  };

  return {
    root,
    write,
    read,
    run,
    runAside,
    launch,
    runAll: (calls, options) => Promise.all(calls.map((args) => launch(args, options).ended)),
    async start(args, { signalWhen }) {
      const running = launch(args);
      await running.saw(signalWhen);
      running.kill('SIGINT');
      return running.ended;
    },
    rows(sql) {
      const { stdout, stderr } = run([
        'show',
        '--inline',
        sql,
        '--limit',
        '-1',
        '--output',
        'json',
      ]);
      if (stdout === '') throw new Error(stderr);
      return (JSON.parse(stdout) as { show: Record<string, unknown>[] }).show;
    },
    exists: (path) => existsSync(join(root, path)),
    list: (path) =>
      readdirSync(join(root, path), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(root, path).length + 1))
        .sort(),
    json: (path) => JSON.parse(read(path)) as unknown,
    remove: () => {
      killAll(own);
      // A process that has just been killed may still have been making a file.
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}
