/** Returns a float as Python's `repr` prints it: the shortest digits that give the same number back. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/**
 * Returns a finite float with `precision` decimals (0 to 99), rounded by its exact value with ties to even, as Python's
 * `round` and `%.2f` do; JavaScript's `toFixed` rounds ties up.
 */
export function formatFixed(value: number, precision: number): string {
  const magnitude = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  // Beyond 2^70 a float is a whole number, and `toFixed` stops writing digits.
  if (magnitude >= 2 ** 69) {
    const fraction = precision > 0 ? `.${'0'.repeat(precision)}` : '';
    return `${sign}${BigInt(magnitude).toString()}${fraction}`;
  }
  // 100 decimals are exact for whatever could be a tie at a sensible precision.
  const [whole = '0', decimals = ''] = magnitude.toFixed(100).split('.');
  const kept = BigInt(whole + decimals.slice(0, precision));
  const dropped = decimals.slice(precision).padEnd(1, '0');
  const tie = dropped.startsWith('5') && /^50*$/.test(dropped);
  const up = tie ? kept % 2n === 1n : (dropped[0] ?? '0') >= '5';
  const digits = (up ? kept + 1n : kept).toString().padStart(precision + 1, '0');
  if (precision === 0) return sign + digits;
  return `${sign}${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}
