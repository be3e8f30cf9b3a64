// Builds dist/ from src/, if the sources changed since the last build. npm runs this as `prepare` after `npm install`,
// before `npm pack`, and whenever `npx stedi-sql` is called inside this checkout; so it must be fast when there is
// nothing to do, and a failed or killed build must leave the previous dist/ in place.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.build-stamp');

function sourceHash() {
  const hash = createHash('sha256');
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  for (const file of [
    ...[
      'package.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'scripts/prepare.mjs',
      'scripts/share-shapes.mjs',
    ].map((name) => join(root, name)),
    ...files,
  ]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function builtHash() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return null;
  }
}

const wanted = sourceHash();
if (!process.argv.includes('--force') && builtHash() === wanted) process.exit(0);

let compiler;
try {
  compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
} catch {
  if (existsSync(stampFile)) process.exit(0); // installed without development dependencies: keep what was built
  console.error(
    'stedi-sql cannot be built: TypeScript is not installed. Run `npm install` without --omit=dev.',
  );
  process.exit(1);
}

// Build beside the old dist/, then swap: nobody ever runs half a build.
const fresh = join(root, `dist.${process.pid}.tmp`);
rmSync(fresh, { recursive: true, force: true });
const build = spawnSync(
  process.execPath,
  [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', fresh],
  { cwd: root, stdio: ['ignore', 2, 2] },
);
if (build.status !== 0) {
  rmSync(fresh, { recursive: true, force: true });
  process.exit(build.status ?? 1);
}
// The command is bundled, because Node takes longer to find and read hundreds of small modules than to run them. What is
// loaded on demand stays in chunks of its own; libraries with binaries, or rarely used ones, stay where npm puts them.
try {
  const { build: bundle } = await import('rolldown');
  const { shareShapes } = await import('./share-shapes.mjs');
  await bundle({
    input: { main: join(fresh, 'cli', 'main.js') },
    platform: 'node',
    external: [/^@duckdb\//, /^@aws-sdk\//],
    plugins: [shareShapes()],
    output: {
      dir: join(fresh, 'bundle'),
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    },
    logLevel: 'warn',
  });
} catch (error) {
  console.error(error);
  rmSync(fresh, { recursive: true, force: true });
  process.exit(1);
}
writeFileSync(join(fresh, '.build-stamp'), wanted);
const old = join(root, `dist.${process.pid}.old`);
if (existsSync(dist)) renameSync(dist, old);
renameSync(fresh, dist);
rmSync(old, { recursive: true, force: true });
