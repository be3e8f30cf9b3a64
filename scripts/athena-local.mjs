// `npm run athena:local [-- --port 4566]`: bundles the local Athena, which is TypeScript, and starts it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'emulator', 'dist');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  input: { main: join(root, 'emulator', 'main.ts') },
  platform: 'node',
  external: [/^[^./]/],
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  output: {
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  },
  logLevel: 'warn',
});
await import(pathToFileURL(join(out, 'main.js')).href);
