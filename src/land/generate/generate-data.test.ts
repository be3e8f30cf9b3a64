import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderStore } from '../folder-store.js';
import { landFiles } from '../land-files.js';
import { defects as allDefects, parseDefects, type Defect } from './defects.js';
import { generateData } from './generate-data.js';

let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'generate-'));
});
afterEach(() => {
  rmSync(out, { recursive: true });
});

function chosen(list: string): ReadonlySet<Defect> {
  const parsed = parseDefects(list);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.defects;
}

function generate(list: string, { seed = 'test', customers = 60, readingsPerDevice = 30 } = {}) {
  return generateData({ seed, customers, readingsPerDevice, defects: chosen(list), out });
}

/** Returns every file below a folder with its text, by its path. */
function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

type Row = Record<string, unknown>;

/** The lines of a table's files. */
function linesOf(table: string, zone = 'landing'): string[] {
  const files = Object.values(filesOf(join(out, zone, table)));
  return files.flatMap((text) => text.trimEnd().split('\n'));
}

/** The rows of a table as landing tables see them: without regard to the case of keys. */
function rowsOf(table: string, zone = 'landing'): Row[] {
  return linesOf(table, zone).map((line) =>
    Object.fromEntries(
      Object.entries(JSON.parse(line) as Row).map(([key, value]) => [key.toLowerCase(), value]),
    ),
  );
}

const truth = <T>(name: string): Record<string, T> =>
  JSON.parse(readFileSync(join(out, 'ground_truth', name), 'utf8')) as Record<string, T>;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => unknown): Map<unknown, T[]> {
  const groups = new Map<unknown, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Finds each device's owner as the project does: by the share of its readings that a user covers. */
function resolveDevices(zone = 'landing') {
  const users = groupBy(rowsOf('accelerometer', zone), (row) => row['timestamp']);
  return [...groupBy(rowsOf('step_trainer', zone), (row) => row['serialnumber'])].map(
    ([serialNumber, readings]) => {
      const covered = new Map<string, number>();
      for (const { sensorreadingtime } of readings) {
        for (const user of new Set(users.get(sensorreadingtime)?.map((row) => row['user']))) {
          covered.set(user as string, (covered.get(user as string) ?? 0) + 1);
        }
      }
      const [best, second] = [...covered].sort(([, a], [, b]) => b - a);
      const coverage = (best?.[1] ?? 0) / readings.length;
      const runnerUp = (second?.[1] ?? 0) / readings.length;
      const isAccepted = coverage >= 0.9 && coverage > runnerUp;
      return { serialNumber: serialNumber as string, owner: best?.[0], runnerUp, isAccepted };
    },
  );
}

const distinct = (rows: readonly Row[], key: string): Set<unknown> =>
  new Set(rows.map((row) => row[key]));

/** For each defect of values, whether the generated data show it. */
const symptoms: Partial<Record<Defect, () => boolean>> = {
  'shared-serial-numbers': () => {
    const fulfilled = distinct(rowsOf('customer'), 'serialnumber');
    const devices = distinct(rowsOf('step_trainer'), 'serialnumber');
    return fulfilled.size <= 30 && [...fulfilled].every((serial) => !devices.has(serial));
  },
  'duplicate-registrations': () => {
    const rows = rowsOf('customer');
    return distinct(rows, 'email').size < rows.length;
  },
  'several-devices': () =>
    [...groupBy(Object.values(truth<string>('device_owners.json')), String).values()].some(
      ({ length }) => length > 1,
    ),
  'absent-consent': () =>
    rowsOf('customer').some((row) => !('sharewithresearchasofdate' in row)) &&
    linesOf('customer').every((line) => !line.includes('null')),
  'timestamp-key-case': () =>
    linesOf('accelerometer').some((line) => line.includes('"timeStamp"')) &&
    linesOf('customer').some((line) => line.includes('"serialnumber"')) &&
    linesOf('step_trainer').some((line) => line.includes('"sensorreadingtime"')),
  'numeric-strings': () =>
    linesOf('customer').some((line) => /"phone": \d/i.test(line)) &&
    linesOf('customer').some((line) => /ResearchAsOfDate": \d{13}\.0/i.test(line)),
  'ancient-birthdays': () => {
    const birthdays = rowsOf('customer').map((row) => row['birthday']);
    return birthdays.includes('0967-01-01') && birthdays.some((day) => /^9\d\d-/.test(String(day)));
  },
  'shared-timestamps': () =>
    [...groupBy(rowsOf('accelerometer'), (row) => row['timestamp']).values()].some(
      (rows) => distinct(rows, 'user').size > 1,
    ),
  'repeated-timestamps': () => {
    const groups = groupBy(rowsOf('accelerometer'), (row) =>
      JSON.stringify([row['user'], row['timestamp']]),
    );
    return [...groups.values()].every(({ length }) => length === 2 || length === 3);
  },
  'missing-accelerometer-readings': () =>
    Object.keys(truth('unresolvable_devices.json')).length > 0,
};

describe('generateData', () => {
  it('gives equal bytes for equal options', () => {
    const write = (seed: string): Record<string, string> => {
      rmSync(join(out, 'landing'), { recursive: true, force: true });
      generate('values', { seed });
      return filesOf(out);
    };
    const first = write('a');
    expect(write('a')).toEqual(first);
    expect(write('b')).not.toEqual(first);
  });

  it('makes data without defects', () => {
    const made = generate('none');
    expect(made).toMatchObject({
      customers: 60,
      registrations: 60,
      devices: 60,
      stepReadings: 1800,
    });
    for (const [defect, isShown] of Object.entries(symptoms))
      expect([defect, isShown()]).toEqual([defect, false]);
    expect(rowsOf('customer')[0]).toMatchObject({
      customername: expect.stringMatching(/^\w+ \w+$/) as string,
      email: expect.stringMatching(/^\w+\.\w+@example\.com$/) as string,
      phone: expect.stringMatching(/^\d{10}$/) as string,
      birthday: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
      registrationdate: expect.any(Number) as number,
    });
    // Without the defects, the timestamp alone names the owner.
    const owners = truth<string>('device_owners.json');
    const byTime = groupBy(rowsOf('accelerometer'), (row) => row['timestamp']);
    for (const step of rowsOf('step_trainer')) {
      const readings = byTime.get(step['sensorreadingtime']) ?? [];
      expect(readings.map((row) => row['user'])).toEqual([owners[step['serialnumber'] as string]]);
    }
  });

  it('can show every defect of values', () => {
    const ofValues = Object.entries(allDefects).filter(([, { kind }]) => kind === 'value');
    expect(Object.keys(symptoms)).toEqual(ofValues.map(([name]) => name));
    generate('values');
    for (const [defect, isShown] of Object.entries(symptoms))
      expect([defect, isShown()]).toEqual([defect, true]);
  });

  it.each(Object.keys(symptoms))('shows %s alone', (defect) => {
    generate(defect);
    const shown = Object.entries(symptoms).filter(([, isShown]) => isShown());
    // Readings that fit two users are at shared timestamps.
    const others = defect === 'missing-accelerometer-readings' ? ['shared-timestamps'] : [];
    expect(shown.map(([name]) => name)).toEqual([...others, defect]);
  });

  it.each([
    ['comma-separated-objects', /^\{.*\},\n\{.*\}$/s],
    ['concatenated-objects', /^\{[^\n]*\}\{[^\n]*\}$/],
    ['json-array', /^\[\{.*\},\{.*\}\]\n$/s],
  ])('writes %s to a folder of their own', (defect, form) => {
    const { folder } = generate(defect);
    expect(folder).toBe(join(out, 'raw'));
    const files = Object.values(filesOf(folder));
    expect(files).toHaveLength(9);
    for (const text of files) expect(text.slice(0, 400) + text.slice(-400)).toMatch(form);
  });

  it('says which consent is valid: that of the latest record', () => {
    generate('resolvable', { customers: 200 });
    const consents = truth<number | null>('research_consents.json');
    const rows = groupBy(rowsOf('customer'), (row) => row['email']);
    expect([...rows.keys()].sort()).toEqual(Object.keys(consents).sort());
    let withdrawn = 0;
    const orders = new Set<boolean>();
    for (const [email, records] of rows) {
      const sorted = [...records].sort(
        (a, b) => Number(a['lastupdatedate']) - Number(b['lastupdatedate']),
      );
      const byRegistration = [...records].sort(
        (a, b) => Number(a['registrationdate']) - Number(b['registrationdate']),
      );
      expect(byRegistration).toEqual(sorted);
      const latest = sorted.at(-1)?.['sharewithresearchasofdate'] ?? null;
      expect(consents[email as string]).toBe(latest);
      const isWithdrawn =
        latest === null && records.some((row) => 'sharewithresearchasofdate' in row);
      if (isWithdrawn) withdrawn += 1;
      if (records.length > 1) orders.add(records[0] === sorted[0]);
    }
    expect(withdrawn).toBeGreaterThan(5);
    expect(orders.size).toBe(2);
    // About half of the people consent, many while their readings are taken.
    const share = Object.values(consents).filter((date) => date !== null).length / 200;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
    const isCut = rowsOf('accelerometer').filter(
      (row) => Number(row['timestamp']) < (consents[row['user'] as string] ?? 0),
    );
    expect(isCut.length).toBeGreaterThan(1000);
  });

  it.each(['one', 'two', 'three'])('tells the truth about owners: %s', (seed) => {
    generate('values', { seed, customers: 300 });
    const owners = truth<string>('device_owners.json');
    const unresolvable = truth<string>('unresolvable_devices.json');
    const devices = resolveDevices();
    expect(devices.map(({ serialNumber }) => serialNumber).sort()).toEqual(
      Object.keys(owners).sort(),
    );
    for (const { serialNumber, owner, isAccepted } of devices) {
      expect(isAccepted).toBe(!(serialNumber in unresolvable));
      if (isAccepted) expect(owner).toBe(owners[serialNumber]);
    }
    expect(new Set(Object.values(unresolvable))).toEqual(new Set(['coverage', 'ambiguous']));
  });

  it.each([1, 2, 7, 30, 200])(
    'leaves a clear winner with %i readings a device',
    (readingsPerDevice) => {
      generate('resolvable', { readingsPerDevice });
      const devices = resolveDevices();
      const owners = truth<string>('device_owners.json');
      for (const { serialNumber, owner, isAccepted } of devices) {
        expect([isAccepted, owner]).toEqual([true, owners[serialNumber]]);
      }
      const most = Math.max(...devices.map(({ runnerUp }) => runnerUp));
      expect(most).toBeLessThanOrEqual(23 / 30);
      if (readingsPerDevice >= 30) expect(most).toBeGreaterThan(0.7);
    },
  );

  it('has the volume of the public data by default', () => {
    const made = generate('release-2023', { customers: 956 });
    expect(made).toMatchObject({ registrations: 956, devices: 956, stepReadings: 28_680 });
    expect(made.accelerometerReadings).toBeGreaterThan(80_000);
    expect(made.accelerometerReadings).toBeLessThan(83_000);
    expect(distinct(rowsOf('customer'), 'email').size).toBe(956);
  });

  it('makes raw files that land as what clean files hold', async () => {
    generate('values');
    const clean = filesOf(join(out, 'landing'));
    generateRawBeside();
    for (const table of ['customer', 'accelerometer', 'step_trainer']) {
      const displayPath = (path: string): string => path;
      const store = createFolderStore({
        location: join(out, 'landed', table),
        rejectsDir: join(out, 'rejects'),
        displayPath,
      });
      if (!store.ok) throw new Error(JSON.stringify(store.diagnostics));
      const result = await landFiles({
        inputs: [join(out, 'all/raw', table)],
        store: store.value,
        displayPath,
        signal: new AbortController().signal,
      });
      expect(result).toMatchObject({ ok: true, diagnostics: [], value: { rejects: 0 } });
      const landed = Object.values(filesOf(join(out, 'landed', table)))
        .join('')
        .split('\n')
        .sort();
      const expected = Object.entries(clean)
        .filter(([path]) => path.startsWith(`${table}/`))
        .map(([, text]) => text.replaceAll(/(?<=[:,]) /g, ''))
        .join('')
        .split('\n')
        .sort();
      expect(landed).toHaveLength(expected.length);
      expect(landed.map(normalise)).toEqual(expected.map(normalise));
    }
  });

  it('does not mix with files that are there', () => {
    generate('none');
    writeFileSync(join(out, 'landing/customer/other.json'), '');
    expect(() => generate('none')).toThrow(/other\.json' is in the way/);
  });
});

/** The same population, in all layouts. */
function generateRawBeside(): void {
  generateData({
    seed: 'test',
    customers: 60,
    readingsPerDevice: 30,
    defects: chosen('all'),
    out: join(out, 'all'),
  });
}

function normalise(line: string): string {
  return line === '' ? '' : JSON.stringify(JSON.parse(line));
}

describe('the committed sample', () => {
  const sample = fileURLToPath(new URL('../../../data', import.meta.url));

  it('is what its command generates', () => {
    generate('resolvable', { seed: '7', customers: 60 });
    for (const part of ['landing', 'ground_truth']) {
      expect(filesOf(join(sample, part))).toEqual(filesOf(join(out, part)));
    }
    const size = Object.values(filesOf(sample)).reduce((sum, text) => sum + text.length, 0);
    expect(size).toBeLessThan(2_000_000);
  });
});
