import type { Customer } from './population.js';
import type { Random } from './random.js';

/** How records are written. */
export interface RecordStyle {
  /** Keys in the other case. */
  readonly isOtherCase: boolean;
  /** Phone numbers and consent dates as numbers, the dates with a fraction. */
  readonly isNumeric: boolean;
  /** Consent that was not given: the key is absent rather than null. */
  readonly isAbsent: boolean;
}

/** Returns one of a customer's records as JSON, or `undefined` if they have no such registration. */
export function customerRecord(
  customer: Customer,
  which: number,
  style: RecordStyle,
): string | undefined {
  const registration = customer.registrations[which];
  if (!registration) return undefined;
  const consent = (milliseconds: number | null): string | undefined => {
    if (milliseconds === null) return style.isAbsent ? undefined : 'null';
    return style.isNumeric ? `${milliseconds}.0` : `${milliseconds}`;
  };
  const members: readonly (readonly [string, string | undefined])[] = [
    ['customerName', `"${customer.name}"`],
    ['email', `"${customer.email}"`],
    ['phone', style.isNumeric ? customer.phone : `"${customer.phone}"`],
    ['birthDay', `"${customer.birthDay}"`],
    ['serialNumber', `"${registration.serialNumber}"`],
    ['registrationDate', `${registration.registrationDate}`],
    ['lastUpdateDate', `${registration.lastUpdateDate}`],
    ['shareWithResearchAsOfDate', consent(registration.research)],
    ['shareWithPublicAsOfDate', consent(registration.public)],
    ['shareWithFriendsAsOfDate', consent(registration.friends)],
  ];
  const present = members.flatMap(([key, value]) =>
    value === undefined ? [] : [`"${style.isOtherCase ? key.toLowerCase() : key}": ${value}`],
  );
  return `{${present.join(', ')}}`;
}

/** Returns a step trainer reading as JSON. */
export function stepRecord(
  reading: { readonly timestamp: number; readonly serialNumber: string },
  style: RecordStyle,
  random: Random,
): string {
  const record = `{"sensorReadingTime":${reading.timestamp},"serialNumber":"${reading.serialNumber}","distanceFromObject":${random.integer(200, 300)}}`;
  // Serial numbers are in lower case already.
  return style.isOtherCase ? record.toLowerCase() : record;
}

/** Returns an accelerometer reading as JSON. */
export function accelerometerRecord(
  reading: { readonly timestamp: number; readonly email: string },
  style: RecordStyle,
  random: Random,
): string {
  const [x, y, z] = [0, 0, 0].map(() => `${random.integer(-1, 1)}.0`);
  const key = style.isOtherCase ? 'timeStamp' : 'timestamp';
  return `{"user":"${reading.email}","${key}":${reading.timestamp},"x":${x},"y":${y},"z":${z}}`;
}
