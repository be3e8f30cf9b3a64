// Bundles the local Athena, which is TypeScript, so that Node can run it.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles `emulator/<entry>.ts`; returns the path of the module. */
export async function bundleEmulator(entry) {
  const out = join(root, 'emulator', 'dist', entry);
  rmSync(out, { recursive: true, force: true });
  await build({
    input: { [entry]: join(root, 'emulator', `${entry}.ts`) },
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
  return join(out, `${entry}.js`);
}
