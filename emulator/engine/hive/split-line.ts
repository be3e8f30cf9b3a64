/** How the fields of a line are told apart. */
export interface LineFormat {
  readonly separator: string;
  readonly quote?: string;
  readonly escape?: string;
  /** What stands for NULL; the values of OpenCSVSerde are never NULL. */
  readonly nullText?: string;
}

/** Returns the fields of a line. A quote that is doubled inside of quotes stands for itself. */
export function splitLine(line: string, format: LineFormat): readonly (string | null)[] {
  const { separator, quote, escape, nullText } = format;
  if (quote === undefined && escape === undefined) {
    return line.split(separator).map((each) => (each === nullText ? null : each));
  }
  const fields: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    if (escape !== undefined && character === escape && escape !== quote && at + 1 < line.length) {
      field += line[++at] ?? '';
    } else if (quote !== undefined && character === quote) {
      if (isQuoted && line[at + 1] === quote) field += line[++at] ?? '';
      else isQuoted = !isQuoted;
    } else if (character === separator && !isQuoted) {
      fields.push(field);
      field = '';
    } else {
      field += character;
    }
  }
  return [...fields, field].map((each) => (each === nullText ? null : each));
}
