import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { collectGeneratedFiles } from './cli/generated-files.js';

const root = fileURLToPath(new URL('..', import.meta.url));

it.each(collectGeneratedFiles(root))(
  '$path is what the code and the fixtures give (else run `npm run generate-schema`)',
  ({ path, content }) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content);
  },
);
