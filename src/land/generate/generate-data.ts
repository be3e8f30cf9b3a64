import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Defect } from './defects.js';
import { openListWriter, type ListLayout } from './list-writer.js';
import { createPopulation, type Customer, type PopulationOptions } from './population.js';
import { createRandom } from './random.js';
import { accelerometerRecord, customerRecord, stepRecord } from './records.js';

/** What was generated. */
export interface GeneratedData {
  /** Where the tables are: `landing` in the output folder, or `raw` if they must be landed first. */
  readonly folder: string;
  readonly customers: number;
  readonly registrations: number;
  readonly devices: number;
  readonly stepReadings: number;
  readonly accelerometerReadings: number;
}

/** Raised when the output folder holds files that would be mixed up with the new ones. */
export class FolderInUse extends Error {}

const tables = ['customer', 'accelerometer', 'step_trainer'] as const;
type Table = (typeof tables)[number];

/** Registrations of one customer lie this many customers apart, so that their order in the files says nothing. */
const delays = [0, 5, 11] as const;

const jsonLines: ListLayout = { before: '', between: '\n', after: '\n' };
const layouts: Partial<Record<Defect, ListLayout>> = {
  'comma-separated-objects': { before: '', between: ',\n', after: '' },
  'concatenated-objects': { before: '', between: '', after: '' },
  'json-array': { before: '[', between: ',', after: ']\n' },
};
const jsonObject: ListLayout = { before: '{', between: ',', after: '\n}\n' };

/**
 * Writes generated data to the folder `out`: the tables under `landing/` (clean JSON lines), or under `raw/` if there
 * are layout defects, and what is true of them under `ground_truth/`: `device_owners.json` (serial number to e-mail),
 * `unresolvable_devices.json` (serial number to `coverage` or `ambiguous`, for devices whose owner cannot be found at a
 * coverage of 0.9) and `research_consents.json` (e-mail to the valid consent date or null).
 * Equal options give equal bytes; memory does not depend on the number of customers.
 * Throws `FolderInUse`, and `WriteFailure` if a file cannot be written.
 */
export function generateData(options: PopulationOptions & { readonly out: string }): GeneratedData {
  const { out, seed, customers, defects } = options;
  const turns = [...defects].flatMap((defect) => layouts[defect] ?? []);
  const folder = join(out, turns.length > 0 ? 'raw' : 'landing');
  // At least three files a table, so that differences between files show.
  const fileCount = Math.min(customers, Math.max(3, Math.ceil(customers / 2000)));
  const pathOf = (table: Table, file: number): string =>
    join(folder, table, `${table}-${String(file + 1).padStart(2, '0')}.json`);
  refuseOtherFiles(
    out,
    tables.flatMap((table) => Array.from({ length: fileCount }, (_, file) => pathOf(table, file))),
  );

  const openTable = (table: Table) =>
    openListWriter({
      pathOf: (file) => pathOf(table, file),
      // The layouts that were asked for take turns.
      layoutOf: (file) => turns[file % turns.length] ?? jsonLines,
    });
  const openTruth = (name: string) =>
    openListWriter({
      pathOf: () => join(out, 'ground_truth', name),
      layoutOf: () => jsonObject,
    });
  const writers = {
    customer: openTable('customer'),
    accelerometer: openTable('accelerometer'),
    steps: openTable('step_trainer'),
    owners: openTruth('device_owners.json'),
    unresolvable: openTruth('unresolvable_devices.json'),
    consents: openTruth('research_consents.json'),
  };
  const counts = { registrations: 0, devices: 0, stepReadings: 0, accelerometerReadings: 0 };
  const population = createPopulation(options);

  function writeRegistrations(file: number, place: number): void {
    for (const [order, delay] of delays.entries()) {
      const index = place - delay;
      if (index < 0 || index >= customers) continue;
      const customer = population.customerAt(index);
      const random = createRandom(`${seed}/records/${index}`);
      // The latest record stands first or last.
      const isReversed = random.chance(0.5);
      const which = isReversed ? customer.registrations.length - 1 - order : order;
      const isNumeric = delays.map(() => random.chance(0.5))[order] ?? false;
      const record = customerRecord(customer, which, styleOf(defects, file, isNumeric));
      if (record === undefined) continue;
      writers.customer.write(file, record);
      counts.registrations += 1;
    }
  }

  function writeReadings(file: number, index: number): void {
    const { email, devices, accelerometerTimestamps } = population.customerAt(index);
    const random = createRandom(`${seed}/readings/${index}`);
    const style = styleOf(defects, file, false);
    for (const { serialNumber, timestamps } of devices) {
      for (const timestamp of random.shuffle(timestamps)) {
        writers.steps.write(file, stepRecord({ timestamp, serialNumber }, style, random));
        counts.stepReadings += 1;
      }
    }
    for (const timestamp of random.shuffle(accelerometerTimestamps)) {
      const times = random.chance(0.85) ? 3 : 2;
      for (let time = 0; time < (defects.has('repeated-timestamps') ? times : 1); time += 1) {
        writers.accelerometer.write(file, accelerometerRecord({ timestamp, email }, style, random));
        counts.accelerometerReadings += 1;
      }
    }
  }

  function writeTruth({ email, devices, registrations }: Customer): void {
    for (const { serialNumber, unresolvable } of devices) {
      writers.owners.write(0, `\n  "${serialNumber}": "${email}"`);
      if (unresolvable) writers.unresolvable.write(0, `\n  "${serialNumber}": "${unresolvable}"`);
      counts.devices += 1;
    }
    writers.consents.write(0, `\n  "${email}": ${registrations.at(-1)?.research ?? 'null'}`);
  }

  try {
    for (let place = 0; place < customers + Math.max(...delays); place += 1) {
      const file = Math.floor((Math.min(place, customers - 1) * fileCount) / customers);
      writeRegistrations(file, place);
      if (place >= customers) continue;
      writeReadings(file, place);
      writeTruth(population.customerAt(place));
    }
    for (const writer of Object.values(writers)) writer.close();
  } finally {
    for (const writer of Object.values(writers)) writer.discard();
  }
  return { folder, customers, ...counts };
}

function styleOf(defects: ReadonlySet<Defect>, file: number, isNumeric: boolean) {
  return {
    isOtherCase: defects.has('timestamp-key-case') && file % 2 === 1,
    isNumeric: isNumeric && defects.has('numeric-strings'),
    isAbsent: defects.has('absent-consent'),
  };
}

/** Files of an earlier run that would not be replaced would be mixed up with the new ones. */
function refuseOtherFiles(out: string, paths: readonly string[]): void {
  const own = new Set(paths);
  for (const zone of ['landing', 'raw']) {
    for (const table of tables) {
      const folder = join(out, zone, table);
      if (!existsSync(folder)) continue;
      const other = readdirSync(folder).find((name) => !own.has(join(folder, name)));
      if (other !== undefined) {
        throw new FolderInUse(
          `'${join(folder, other)}' is in the way: remove it or choose another folder`,
        );
      }
    }
  }
}
