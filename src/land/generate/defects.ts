import { suggest } from '../../core/suggest.js';

/** A defect of real STEDI data that generated data can have. */
export type Defect = keyof typeof defects;

/** Every defect, with what it does. `layout` defects make files that must be landed before tables can read them. */
export const defects = {
  'shared-serial-numbers': {
    kind: 'value',
    text: 'customer records carry only 30 distinct serial numbers, none of them in the step data',
  },
  'duplicate-registrations': {
    kind: 'value',
    text: 'the same e-mail is registered up to three times; the latest record may grant, renew or withdraw consent',
  },
  'several-devices': { kind: 'value', text: 'some customers own two or three devices' },
  'absent-consent': {
    kind: 'value',
    text: 'without consent the key is absent (otherwise it is null)',
  },
  'timestamp-key-case': {
    kind: 'value',
    text: 'keys differ in case between files, such as timestamp and timeStamp',
  },
  'numeric-strings': {
    kind: 'value',
    text: 'in some records phone numbers are JSON numbers and consent dates floats (1655564376361.0)',
  },
  'ancient-birthdays': {
    kind: 'value',
    text: 'birthdays lie centuries back (0967-01-01), some with years of three digits',
  },
  'shared-timestamps': {
    kind: 'value',
    text: "users share timestamps; another user's cover up to 23 of 30 readings of a device",
  },
  'repeated-timestamps': {
    kind: 'value',
    text: 'a user has two or three accelerometer readings with the same timestamp',
  },
  'missing-accelerometer-readings': {
    kind: 'value',
    text: 'some accelerometer readings are missing, and some readings fit two users equally well, so that some devices cannot be resolved',
  },
  'comma-separated-objects': {
    kind: 'layout',
    text: 'objects separated by a comma and a line feed, no array around them',
  },
  'concatenated-objects': { kind: 'layout', text: 'objects with nothing between them' },
  'json-array': { kind: 'layout', text: 'each file is one JSON array' },
} as const satisfies Record<string, { readonly kind: 'value' | 'layout'; readonly text: string }>;

const names = Object.keys(defects) as Defect[];
const ofKind = (kind: 'value' | 'layout'): Defect[] =>
  names.filter((name) => defects[name].kind === kind);

/** Names for several defects at once. */
export const defectGroups: Readonly<Record<string, readonly Defect[]>> = {
  none: [],
  all: names,
  values: ofKind('value'),
  layouts: ofKind('layout'),
  /** All value defects with which every device can still be resolved; the committed sample has these. */
  resolvable: ofKind('value').filter((name) => name !== 'missing-accelerometer-readings'),
  'release-2023': [
    'absent-consent',
    'ancient-birthdays',
    'shared-timestamps',
    'repeated-timestamps',
  ],
};

/** Returns the defects that a list such as `several-devices,json-array` or `all` names, or what is wrong with it. */
export function parseDefects(
  list: string,
): { readonly ok: true; readonly defects: ReadonlySet<Defect> } | { ok: false; message: string } {
  const chosen = new Set<Defect>();
  for (const name of list.split(',').map((part) => part.trim())) {
    const group = Object.hasOwn(defectGroups, name) ? defectGroups[name] : undefined;
    const found = group ?? names.filter((defect) => defect === name);
    if (found.length === 0 && name !== 'none') {
      const near = suggest(name, [...names, ...Object.keys(defectGroups)]);
      const hint = near === undefined ? 'see --help' : `did you mean '${near}'?`;
      return { ok: false, message: `there is no defect '${name}': ${hint}` };
    }
    for (const defect of found) chosen.add(defect);
  }
  return { ok: true, defects: chosen };
}
