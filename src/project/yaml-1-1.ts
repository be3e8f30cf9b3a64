/** dbt and many other tools read YAML 1.1; where a plain scalar means something else there, silence would mislead. */
const booleans = new Map([
  ['yes', 'true'],
  ['on', 'true'],
  ['no', 'false'],
  ['off', 'false'],
]);

/** YAML 1.1 takes these words in three spellings only: `yes`, `Yes`, `YES`. Source: https://yaml.org/type/bool.html */
const wordPattern = /^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/;
/** Source: https://yaml.org/type/int.html */
const octalPattern = /^[-+]?0[0-7_]+$/;
const leadingZeroPattern = /^[-+]?0[0-9]+$/;
const underscorePattern = /^[-+]?[0-9][0-9]*_[0-9_]*$/;
const sexagesimalPattern = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const binaryPattern = /^[-+]?0b[01_]+$/;
const wholeFloatPattern = /^[-+]?[0-9][0-9]*\.0*$/;

/**
 * Returns how YAML 1.1 tools read a plain (unquoted) scalar that YAML 1.2 reads differently, or that loses its spelling
 * as a JSON value (`1.0` is 1); `undefined` where all agree.
 */
export function readAsYaml11(source: string): string | undefined {
  const first = source.charCodeAt(0);
  // Digits, signs and the letters y, n, o in both cases: everything else is safe without a closer look.
  if (!(first <= 57 || 'ynoYNO'.includes(source.charAt(0)))) return undefined;
  if (wordPattern.test(source)) return booleans.get(source.toLowerCase());
  if (octalPattern.test(source)) return 'an octal number';
  if (leadingZeroPattern.test(source)) return 'a text';
  if (underscorePattern.test(source)) return `the number ${source.replaceAll('_', '')}`;
  if (sexagesimalPattern.test(source)) return 'a number with base 60';
  if (binaryPattern.test(source)) return 'a binary number';
  if (wholeFloatPattern.test(source)) return 'a decimal number';
  return undefined;
}
