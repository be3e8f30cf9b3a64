import type { Defect } from './defects.js';
import { firstNames, lastNames } from './names.js';
import { createRandom, type Random } from './random.js';

/** What decides a population. Equal options give equal populations. */
export interface PopulationOptions {
  readonly seed: string;
  readonly customers: number;
  readonly readingsPerDevice: number;
  readonly defects: ReadonlySet<Defect>;
}

/** One time that a customer registered. Times are milliseconds since 1970. */
export interface Registration {
  readonly serialNumber: string;
  readonly registrationDate: number;
  readonly lastUpdateDate: number;
  readonly research: number | null;
  readonly public: number | null;
  readonly friends: number | null;
}

/** A step trainer. */
export interface Device {
  readonly serialNumber: string;
  /** Times of its readings, ascending. */
  readonly timestamps: readonly number[];
  /** Why its owner cannot be found from the readings at a coverage of 0.9, if so. */
  readonly unresolvable: 'coverage' | 'ambiguous' | null;
}

/** A customer with everything that belongs to them. */
export interface Customer {
  readonly name: string;
  readonly email: string;
  readonly birthDay: string;
  readonly phone: string;
  /** In order of time; the last one decides. */
  readonly registrations: readonly Registration[];
  readonly devices: readonly Device[];
  /** Distinct times of their accelerometer readings. */
  readonly accelerometerTimestamps: readonly number[];
}

/** When the first reading may be taken; a multiple of `tick`. */
const epoch = 1_655_560_000_000;
/** Readings of a device are a multiple of this apart; clusters differ in the remainder, so they share no timestamp. */
const tick = 100;
const maxDevices = 3;
const maxStep = 40 * tick;
/** Customers of a cluster share timestamps. */
const clusterSize = 4;
/** Of 30 readings, another user covers at most this many, as in the public data. */
const mostShared = 23 / 30;

/** Customers by their numbers, from 0 on. */
export interface Population {
  customerAt(index: number): Customer;
}

/**
 * Returns the population that the options describe. Every customer can be made by itself, in any order, so populations
 * of any size need no memory; the last few are kept.
 */
export function createPopulation(options: PopulationOptions): Population {
  const recent = new Map<number, Customer>();
  return {
    customerAt(index) {
      const known = recent.get(index);
      if (known) return known;
      const customer = makeCustomer(options, index);
      recent.set(index, customer);
      recent.delete(index - 16);
      return customer;
    },
  };
}

function makeCustomer(options: PopulationOptions, index: number): Customer {
  const { seed, defects } = options;
  const random = createRandom(`${seed}/customer/${index}`);
  const coverage = coverageOf(options, index);
  const devices = Array.from({ length: countDevices(options, index) }, (_, ordinal) => ({
    serialNumber: uuid(createRandom(`${seed}/device/${index}/${ordinal}`)),
    timestamps: timelineOf(options, index, ordinal),
    unresolvable:
      coverage === 'below' || coverage === 'none'
        ? ('coverage' as const)
        : coverage === 'ambiguous' && ordinal === 0
          ? ('ambiguous' as const)
          : null,
  }));
  return {
    ...nameOf(options, index),
    birthDay: birthDayOf(options, index, random),
    phone: `80155501${String(random.integer(0, 99)).padStart(2, '0')}`,
    registrations: registrationsOf(options, index, devices, random),
    devices,
    accelerometerTimestamps: [
      ...new Set([
        ...devices.flatMap(({ timestamps }) => keepSome(timestamps, coverage, random)),
        ...(defects.has('missing-accelerometer-readings') && isTwin(options, index)
          ? timelineOf(options, index - 1, 0)
          : []),
      ]),
    ],
  };
}

/**
 * Returns a number from 0 to `size - 1`, each once among `size` neighbours, so that even a small population has every
 * case; `purpose` makes the cases of different purposes independent.
 */
function stratum(options: PopulationOptions, purpose: string, index: number, size: number): number {
  const block = Math.floor(index / size);
  const order = createRandom(`${options.seed}/${purpose}/${block}`).shuffle(
    Array.from({ length: size }, (_, place) => place),
  );
  return order[index % size] ?? 0;
}

function countDevices(options: PopulationOptions, index: number): number {
  if (!options.defects.has('several-devices')) return 1;
  return [3, 2, 2][stratum(options, 'devices', index, 12)] ?? 1;
}

type Coverage = 'full' | 'below' | 'none' | 'slight' | 'ambiguous';

/** Every eighth pair is ambiguous: the second of the pair has readings at all times of the first one's device, too. */
function isAmbiguousPair(options: PopulationOptions, index: number): boolean {
  const pair = Math.floor(index / 2);
  return pair * 2 + 1 < options.customers && stratum(options, 'pairs', pair, 8) === 0;
}

function isTwin(options: PopulationOptions, index: number): boolean {
  return index % 2 === 1 && isAmbiguousPair(options, index);
}

/** How much of a customer's device readings their accelerometer readings cover. */
function coverageOf(options: PopulationOptions, index: number): Coverage {
  if (!options.defects.has('missing-accelerometer-readings')) return 'full';
  if (isAmbiguousPair(options, index)) return index % 2 === 0 ? 'ambiguous' : 'full';
  const kinds: readonly Coverage[] = ['below', 'below', 'none', 'slight', 'slight'];
  return kinds[stratum(options, 'coverage', index, 16)] ?? 'full';
}

/** Returns the timestamps at which there are accelerometer readings. */
function keepSome(timestamps: readonly number[], coverage: Coverage, random: Random): number[] {
  const count = timestamps.length;
  const enough = Math.ceil((count * 9) / 10);
  switch (coverage) {
    case 'full':
    case 'ambiguous':
      return [...timestamps];
    case 'none':
      return [];
    case 'below':
      return random.shuffle(timestamps).slice(0, random.integer(Math.floor(count / 2), enough - 1));
    case 'slight':
      return random
        .shuffle(timestamps)
        .slice(0, random.integer(enough, Math.max(enough, count - 1)));
  }
}

/** Returns when a device takes its readings. */
function timelineOf(options: PopulationOptions, index: number, ordinal: number): number[] {
  const { seed, readingsPerDevice: count, defects } = options;
  const isShared = defects.has('shared-timestamps');
  const cluster = isShared ? Math.floor(index / clusterSize) : index;
  const place = isShared ? index % clusterSize : 0;
  const random = createRandom(`${seed}/cluster/${cluster}/${ordinal}`);
  const step = tick * random.integer(20, maxStep / tick);
  // Neighbours in a cluster begin at least so many readings apart that they share no more than they may.
  const leastShift = count - Math.floor(count * mostShared);
  const mostShift = Math.max(leastShift, count - 1);
  // As in the public data, most share a single timestamp and few as many as they may.
  const shifts = Array.from({ length: clusterSize - 1 }, () => {
    const kind = random.fraction();
    if (kind < 0.6) return mostShift;
    return kind < 0.75 ? leastShift : random.integer(leastShift, mostShift);
  });
  const shift = shifts.slice(0, place).reduce((sum, each) => sum + each, 0);
  const section = maxStep * (count + (clusterSize - 1) * mostShift);
  const window = Math.floor(cluster / tick) * maxDevices + ordinal;
  const start = epoch + window * section + (cluster % tick) + shift * step;
  return Array.from({ length: count }, (_, reading) => start + reading * step);
}

function nameOf(
  options: PopulationOptions,
  index: number,
): { readonly name: string; readonly email: string } {
  const count = firstNames.length * lastNames.length;
  const order = createRandom(`${options.seed}/names`).integer(0, count - 1);
  // 743 shares no factor with the number of names, so the first `count` customers have different names.
  const place = (order + index * 743) % count;
  const first = firstNames[place % firstNames.length] ?? '';
  const last = lastNames[Math.floor(place / firstNames.length)] ?? '';
  const round = Math.floor(index / count);
  const suffix = round === 0 ? '' : String(round + 1);
  return { name: `${first} ${last}`, email: `${first}.${last}${suffix}@example.com` };
}

function birthDayOf(options: PopulationOptions, index: number, random: Random): string {
  const year = random.integer(1940, 2004);
  const month = random.integer(1, 12);
  const day = random.integer(1, 28);
  const ancient = random.integer(967, 1899);
  if (options.defects.has('ancient-birthdays')) {
    const kind = stratum(options, 'birthdays', index, 10);
    if (kind === 0) return '0967-01-01';
    if (kind === 1) return `${random.integer(967, 999)}-01-01`;
    if (kind < 8) return `${String(ancient).padStart(4, '0')}-01-01`;
  }
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
}

/** Which of a customer's registrations carry research consent, in order of time; `again`: the same record twice. */
const histories: readonly (readonly ('yes' | 'no' | 'again')[])[] = [
  ['yes', 'no'],
  ['no', 'yes'],
  ['yes', 'yes'],
  ['yes', 'again'],
  ['yes', 'no', 'yes'],
  ['no', 'yes', 'no'],
];

function registrationsOf(
  options: PopulationOptions,
  index: number,
  devices: readonly Device[],
  random: Random,
): Registration[] {
  const { seed, defects } = options;
  const [device] = devices;
  const [first = epoch, last = epoch] = [device?.timestamps[0], device?.timestamps.at(-1)];
  const history = defects.has('duplicate-registrations')
    ? histories[stratum(options, 'registrations', index, 16)]
    : undefined;
  // As in the public data, people register while their first readings are taken: the cut-off at consent matters.
  const start = Math.round(first + (last - first) * (random.fraction() * 0.75 - 0.25));
  const registrations: Registration[] = [];
  for (const research of history ?? [random.chance(0.5) ? 'yes' : 'no']) {
    const before = registrations.at(-1);
    if (research === 'again' && before) {
      registrations.push(before);
      continue;
    }
    const registrationDate = before ? before.lastUpdateDate + random.integer(5_000, 40_000) : start;
    const isLate = random.chance(0.05);
    const consent = registrationDate + (isLate ? random.integer(1, 68_000) : 0);
    const given = (isGiven: boolean): number | null => (isGiven ? consent : null);
    const shared = createRandom(`${seed}/shared-serial-number/${random.integer(1, 30)}`);
    registrations.push({
      serialNumber: defects.has('shared-serial-numbers')
        ? uuid(shared)
        : (device?.serialNumber ?? ''),
      registrationDate,
      lastUpdateDate: consent,
      research: given(research === 'yes'),
      public: given(random.chance(0.5)),
      friends: given(random.chance(0.5)),
    });
  }
  return registrations;
}

/** Returns a random UUID (version 4). */
function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, (_, place) => {
    const digit = random.integer(0, 15);
    return (place === 12 ? 4 : place === 16 ? 8 + (digit % 4) : digit).toString(16);
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
