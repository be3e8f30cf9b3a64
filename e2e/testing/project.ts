import { spawn, spawnSync } from 'node:child_process';
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
import { fileURLToPath } from 'node:url';

/** The command as users call it. */
export const bin = fileURLToPath(new URL('../../bin/stedi-sql.js', import.meta.url));

/** What a call of the command did. `code` is `null` if a signal ended it. */
export interface CommandOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A small project in a temporary folder, driven through the built command. */
export interface TestProject {
  readonly root: string;
  /** Runs the command in the project folder and waits for it. */
  run(args: readonly string[], options?: { readonly env?: NodeJS.ProcessEnv }): CommandOutcome;
  /** Starts the command; `signalWhen` sends SIGINT once stdout matches. */
  start(args: readonly string[], options: { readonly signalWhen: RegExp }): Promise<CommandOutcome>;
  write(path: string, content: string): void;
  read(path: string): string;
  exists(path: string): boolean;
  /** Returns every file below a folder, relative to it, in order. */
  list(path: string): readonly string[];
  json(path: string): unknown;
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

/** The configuration that most tests use. */
export const plainConfig = 'name: shop\nmodels:\n  shop:\n    +materialized: table\n';

/** Writes `files` (content by path) to a new temporary folder. */
export function createProject(files: Readonly<Record<string, string>>): TestProject {
  const root = mkdtempSync(join(tmpdir(), 'stedi-project-'));
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, content] of Object.entries(files)) write(path, content);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');

  return {
    root,
    write,
    read,
    run(args, { env } = {}) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
        encoding: 'utf8',
        cwd: root,
        env: cleanEnvironment(env),
        maxBuffer: 1 << 28,
      });
      return { code: status, stdout, stderr };
    },
    start(args, { signalWhen }) {
      return new Promise((resolve) => {
        const child = spawn(process.execPath, [bin, ...args], {
          cwd: root,
          env: cleanEnvironment(),
        });
        let stdout = '';
        let stderr = '';
        let signalled = false;
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          stdout += text;
          if (!signalled && signalWhen.test(stdout)) {
            signalled = true;
            child.kill('SIGINT');
          }
        });
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
        child.on('close', (code) => resolve({ code, stdout, stderr }));
      });
    },
    exists: (path) => existsSync(join(root, path)),
    list: (path) =>
      readdirSync(join(root, path), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(root, path).length + 1))
        .sort(),
    json: (path) => JSON.parse(read(path)) as unknown,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
