import { parseArgs } from 'node:util';
import { WriteFailure } from '../atomic-file.js';
import { describeWriteFailure } from '../file-error.js';
import { defectGroups, defects, parseDefects } from './defects.js';
import { FolderInUse, generateData } from './generate-data.js';

/** Where the generator's text goes. */
export interface GeneratorOutput {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

const defaults = { customers: '956', readings: '30', seed: '1', defects: 'release-2023' };

/**
 * Generates data as the arguments say and returns the exit code: 0, 1 if a file could not be written, 2 if the arguments
 * make no sense.
 */
export function runGenerator(argv: readonly string[], output: GeneratorOutput): number {
  const fail = (code: number, message: string): number => {
    output.printError(`error: ${message}\n`);
    return code;
  };
  const parsed = parse(argv);
  if (!parsed.ok) return fail(2, `${parsed.message}; see --help`);
  const { values } = parsed;
  if (values.help) {
    output.print(helpText());
    return 0;
  }
  const customers = parseCount(values.customers);
  if (customers === undefined) {
    return fail(2, `--customers must be a number from 1 on, found '${values.customers}'`);
  }
  const readingsPerDevice = parseCount(values['readings-per-device']);
  if (readingsPerDevice === undefined) {
    const found = values['readings-per-device'];
    return fail(2, `--readings-per-device must be a number from 1 on, found '${found}'`);
  }
  if (values.out === undefined) return fail(2, 'say where to write the data with --out DIR');
  const chosen = parseDefects(values.defects);
  if (!chosen.ok) return fail(2, chosen.message);
  try {
    const made = generateData({
      seed: values.seed,
      customers,
      readingsPerDevice,
      defects: chosen.defects,
      out: values.out,
    });
    const number = (value: number): string => value.toLocaleString('en');
    output.print(
      `${number(made.customers)} customers in ${number(made.registrations)} records, ` +
        `${number(made.devices)} devices with ${number(made.stepReadings)} readings, ` +
        `${number(made.accelerometerReadings)} accelerometer readings in ${made.folder}\n`,
    );
    return 0;
  } catch (error) {
    if (error instanceof FolderInUse) return fail(2, error.message);
    if (error instanceof WriteFailure) {
      const { message, hint } = describeWriteFailure(error, error.path);
      return fail(1, hint === undefined ? message : `${message}\n  hint: ${hint}`);
    }
    throw error;
  }
}

function parse(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        customers: { type: 'string', default: defaults.customers },
        'readings-per-device': { type: 'string', default: defaults.readings },
        seed: { type: 'string', default: defaults.seed },
        out: { type: 'string' },
        defects: { type: 'string', default: defaults.defects },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return { ok: true as const, values };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false as const, message: error.message };
    throw error;
  }
}

function parseCount(text: string): number | undefined {
  return /^[1-9]\d{0,7}$/.test(text) ? Number(text) : undefined;
}

function helpText(): string {
  const list = (kind: 'value' | 'layout'): string =>
    Object.entries(defects)
      .filter(([, defect]) => defect.kind === kind)
      .map(([name, { text }]) => `    ${name.padEnd(32)}${text}`)
      .join('\n');
  return `Generates STEDI data of any size, with the defects of the real data. Equal arguments give equal bytes.

  npm run generate-data -- --out DIR [options]

  --out DIR                 where to write: DIR/landing (or DIR/raw, see below) and DIR/ground_truth
  --customers N             how many customers (${defaults.customers}: the volume of 2023; 95600: a hundred times that)
  --readings-per-device N   step readings of each device (${defaults.readings})
  --seed S                  any text (${defaults.seed})
  --defects LIST            names from below, with commas between them (${defaults.defects})

  Defects of values. Landing tables read the files under DIR/landing as they are.
${list('value')}

  Defects of layout. The files are written to DIR/raw instead and must be landed with 'stedi-sql land';
  if several are chosen, they take turns from file to file.
${list('layout')}

  Several at once: ${Object.keys(defectGroups).join(', ')}
    resolvable has all defects of values but the missing readings: every device's owner can be found
    release-2023 has the defects of the public data of 2023: ${(defectGroups['release-2023'] ?? []).join(', ')}

  DIR/ground_truth holds what is true of the data, and is no input:
    device_owners.json         serial number to the owner's e-mail
    unresolvable_devices.json  devices whose owner the readings cannot tell: less than 0.9 of them are
                               covered (coverage), or two users fit equally well (ambiguous)
    research_consents.json     e-mail to the date of the valid research consent, or null
`;
}
