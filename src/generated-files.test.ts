import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { targetTypes } from './cli/engines.js';
import { generateFiles } from './project/generated-files.js';

it.each(generateFiles(targetTypes))(
  '$path is what the schemas give (else run `npm run generate-schema`)',
  ({ path, content }) => {
    const root = new URL('..', import.meta.url);
    expect(readFileSync(fileURLToPath(new URL(path, root)), 'utf8')).toBe(content);
  },
);
