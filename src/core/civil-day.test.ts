import { expect, it } from 'vitest';
import { civilFromDays, daysFromCivil } from './civil-day.js';

it('goes through the calendar as the clock of the system does, both ways', () => {
  // Every 17 days from the year 1 to the year 9999, so that all days of the month and leap years come up.
  for (let days = -719_162; days < 2_932_896; days += 17) {
    const date = new Date(days * 86_400_000);
    const civil = {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
    };
    if (daysFromCivil(civil.year, civil.month, civil.day) !== days) expect(civil).toBe(days);
    const back = civilFromDays(days);
    if (back.year !== civil.year || back.month !== civil.month || back.day !== civil.day) {
      expect(back).toEqual(civil);
    }
  }
  expect(civilFromDays(daysFromCivil(2024, 2, 29))).toEqual({ year: 2024, month: 2, day: 29 });
});
