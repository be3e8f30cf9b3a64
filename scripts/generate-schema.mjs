// Writes the JSON Schemas for editors and the generated pages of docs/ from the code and the fixtures. Needs the build in dist/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectGeneratedFiles } from '../dist/cli/generated-files.js';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const { path, content } of collectGeneratedFiles(root)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  console.log(`wrote ${path}`);
}
