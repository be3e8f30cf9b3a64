// Writes the JSON Schemas for editors and docs/configuration.md from the schemas in src/project/. Needs the build in dist/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { targetTypes } from '../dist/cli/engines.js';
import { generateFiles } from '../dist/project/generated-files.js';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const { path, content } of generateFiles(targetTypes)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  console.log(`wrote ${path}`);
}
