import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAwsClients, type AwsClients } from './aws-clients.js';

let clients: AwsClients | undefined;

afterEach(() => clients?.close());

describe('the SDK', () => {
  it('is imported by nothing but a first call', () => {
    const folder = fileURLToPath(new URL('..', import.meta.url));
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('testing'),
    );
    expect(sources.length).toBeGreaterThan(5);
    const eager = sources.filter((path) =>
      /^(?:import(?! type\b)|export(?! type\b)[^;'"]*from)[^;'"]*['"]@aws-sdk\//m.test(
        readFileSync(join(folder, path), 'utf8'),
      ),
    );
    expect(eager).toEqual([]);
  });
});

describe('the clients', () => {
  it('are one for each service, which repeats nothing by itself', async () => {
    clients = createAwsClients({ region: 'eu-west-1' });
    const first = clients.get('glue');
    expect(clients.get('glue')).toBe(first);
    expect(clients.get('athena')).not.toBe(first);
    expect(await first.config.maxAttempts()).toBe(1);
    expect(await first.config.region()).toBe('eu-west-1');
  });

  it('are made anew when asked to', () => {
    clients = createAwsClients({ region: 'eu-west-1' });
    const first = clients.get('sts');
    clients.renew('sts');
    expect(clients.get('sts')).not.toBe(first);
  });

  it.each(['http://127.0.0.1:4566', 'http://localhost:4566', 'http://[::1]:4566'])(
    'have keys of their own for %s',
    async (endpoint) => {
      clients = createAwsClients({ region: 'eu-west-1', endpoint });
      const s3 = clients.get('s3');
      expect(await s3.config.credentials()).toMatchObject({ accessKeyId: 'local' });
      expect(s3.config.forcePathStyle).toBe(true);
    },
  );

  it('leave names of buckets to the host of AWS', () => {
    clients = createAwsClients({ region: 'eu-west-1' });
    expect(clients.get('s3').config.forcePathStyle).toBe(false);
  });

  it('take the profile that is named, also on this machine', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aws-profile-'));
    const file = join(folder, 'credentials');
    writeFileSync(file, '[team]\naws_access_key_id = of-team\naws_secret_access_key = x\n');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
    try {
      clients = createAwsClients({
        region: 'eu-west-1',
        endpoint: 'http://127.0.0.1:4566',
        profile: 'team',
      });
      const lakeformation = clients.get('lakeformation');
      expect(await lakeformation.config.credentials()).toMatchObject({ accessKeyId: 'of-team' });
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });
});
