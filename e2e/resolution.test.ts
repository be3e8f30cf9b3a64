import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyLakehouse, type Lakehouse } from './testing/lakehouse.js';

const generator = fileURLToPath(new URL('../dist/land/generate/main.js', import.meta.url));

function readJson(path: string): Record<string, string | number | null> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string | number | null>;
}

// Data with every defect that real deliveries have shown: raw files that must be landed, numbers as text, registrations that
// contradict each other, devices whose readings cannot tell their owner.
describe('the owners of devices on data with all defects', () => {
  let data: string;
  let lakehouse: Lakehouse;
  const accepted = new Map<string, string>();

  beforeAll(() => {
    data = mkdtempSync(join(tmpdir(), 'stedi-defects-'));
    const generated = spawnSync(
      process.execPath,
      [generator, '--customers', '150', '--seed', '11', '--defects', 'all', '--out', data],
      { encoding: 'utf8' },
    );
    expect(generated.stderr + generated.stdout).not.toContain('error');
    expect(generated.status).toBe(0);

    lakehouse = copyLakehouse('landed');
    for (const [folder, model] of [
      ['customer', 'customer_landing'],
      ['accelerometer', 'accelerometer_landing'],
      ['step_trainer', 'step_trainer_landing'],
    ] as const) {
      const landed = lakehouse.run('land', join(data, 'raw', folder), '--into', model);
      expect(landed.stderr).not.toContain('error[');
      expect(landed.code).toBe(0);
    }
    const build = lakehouse.run('build');
    expect(build.stderr + build.stdout).not.toContain('error[');
    expect(build.code).toBe(0);

    const { stdout } = lakehouse.run(
      ...[
        'show',
        '--inline',
        'select serialnumber, email from stedi_trusted.serial_number_resolution',
      ],
      ...['--limit', '100000', '--output', 'json', '--quiet'],
    );
    const { show } = JSON.parse(stdout) as { show: { serialnumber: string; email: string }[] };
    for (const { serialnumber, email } of show) accepted.set(serialnumber, email);
  });
  afterAll(() => {
    lakehouse.remove();
    rmSync(data, { recursive: true, force: true });
  });

  it('accepts no wrong owner, and none that did not consent', () => {
    const owners = readJson(join(data, 'ground_truth', 'device_owners.json'));
    const consents = readJson(join(data, 'ground_truth', 'research_consents.json'));
    const wrong = [...accepted].filter(
      ([serialNumber, email]) => owners[serialNumber] !== email || consents[email] == null,
    );
    expect(wrong).toEqual([]);
  });

  it('accepts every consenting owner whom the readings can tell', () => {
    const owners = readJson(join(data, 'ground_truth', 'device_owners.json'));
    const consents = readJson(join(data, 'ground_truth', 'research_consents.json'));
    const unresolvable = readJson(join(data, 'ground_truth', 'unresolvable_devices.json'));
    const expected = Object.entries(owners)
      .filter(
        ([serialNumber, email]) =>
          !(serialNumber in unresolvable) && consents[String(email)] != null,
      )
      .map(([serialNumber]) => serialNumber);
    expect(Object.keys(unresolvable).length).toBeGreaterThan(0);
    expect([...accepted.keys()].sort()).toEqual(expected.sort());
  });
});
