import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { PackageSpec } from './package-spec.js';
import { unreachable } from './package-error.js';

type GitSpec = Extract<PackageSpec, { kind: 'git' }>;

/** Only protocols that carry no program; no hooks, no links, no questions. */
const safety = [
  '-c',
  'protocol.allow=never',
  ...['https', 'ssh', 'file'].flatMap((name) => ['-c', `protocol.${name}.allow=always`]),
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.symlinks=false',
  '-c',
  'core.fsmonitor=false',
];

function runGit(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  return new Promise((resolve) => {
    const child = spawn('git', [...safety, ...args], {
      cwd,
      env: { ...env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', ({ message }) => resolve({ ok: false, text: message }));
    child.on('close', (code) => resolve({ ok: code === 0, text: (code === 0 ? out : err).trim() }));
  });
}

/**
 * Fetches a repository at a revision into a new folder and returns the commit. Throws `PackageError`
 * (`package-unreachable`).
 */
export async function fetchGit(
  spec: GitSpec,
  revision: string | null,
  {
    folder,
    env,
  }: { readonly folder: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]) => runGit(args, folder, env);
  const fail = (text: string) =>
    unreachable(spec, text.split('\n').findLast((line) => line !== '') ?? 'git failed');
  const begun = await git('init', '--quiet');
  if (!begun.ok) throw unreachable(spec, begun.text, 'install git');
  const wanted = revision ?? 'HEAD';
  const shallow = await git(
    'fetch',
    '--quiet',
    '--depth',
    '1',
    '--no-tags',
    '--',
    spec.url,
    wanted,
  );
  if (!shallow.ok) {
    // A server need not give a commit by its number; all branches and tags have it.
    const all = await git(
      'fetch',
      '--quiet',
      '--',
      spec.url,
      '+refs/heads/*:refs/remotes/origin/*',
      '+refs/tags/*:refs/tags/*',
    );
    if (!all.ok) throw fail(all.text);
  }
  const commit = await git(
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${shallow.ok ? 'FETCH_HEAD' : wanted}^{commit}`,
  );
  if (!commit.ok) throw unreachable(spec, `it has no revision '${wanted}'`, 'correct `revision:`');
  const out = await git('checkout', '--quiet', '--detach', commit.text);
  if (!out.ok) throw fail(out.text);
  return commit.text;
}
