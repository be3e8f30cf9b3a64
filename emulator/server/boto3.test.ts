import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startLocal } from '../testing/start-local.js';

const script = fileURLToPath(new URL('../testing/boto3_calls.py', import.meta.url));
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;

test.skipIf(!hasBoto3)('boto3 works unchanged', { timeout: 60_000 }, async () => {
  const local = await startLocal();
  try {
    const { stdout } = await promisify(execFile)('python3', [script, local.endpoint]);
    expect(stdout.trim()).toBe('done');
  } finally {
    await local.close();
  }
});
