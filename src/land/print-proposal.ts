import { inferType, maxFields, quoteName, type FieldShape, type Shape } from './infer-type.js';

/** What a proposal says besides the columns. */
export interface ProposalHeader {
  readonly modelName: string;
  readonly location: string;
  readonly fileCount: number;
}

/** Words that YAML reads as something else than text. */
const yamlWords = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** Returns a YAML scalar that is read as this text: plain where that is certain, otherwise in double quotes. */
function yamlText(text: string): string {
  const isPlain = /^[a-z_][a-z0-9_]*(?:\([a-z0-9_(), ]*\))?$/.test(text) && !yamlWords.has(text);
  return isPlain ? text : quoteText(text);
}

/** Returns a JSON string, which YAML reads alike, with everything escaped that YAML or a terminal would not show. */
function quoteText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Returns the properties YAML of a landing model: a column for each key of the records, in order of appearance, with
 * comments where a person should look. `shape` is what was seen of the records, at least one.
 */
export function printProposal(shape: Shape, header: ProposalHeader): string {
  const columns = [...(shape.fields?.byName.values() ?? [])];
  const files = header.fileCount === 1 ? '1 file' : `${header.fileCount} files`;
  const records = shape.objects === 1 ? '1 record' : `${shape.objects} records`;
  const lines = [
    `# Proposed from ${records} in ${files}. Keys match columns without regard to case.`,
    'models:',
    `  - name: ${yamlText(header.modelName)}`,
    '    description: ""',
    '    config:',
    '      materialized: external_table',
    `      location: ${quoteText(header.location)}`,
    '      format: json',
    '    columns:',
    ...columns.flatMap((field) => printColumn(field, shape.objects)),
  ];
  if (shape.fields?.isOverfull) {
    lines.push(`      # More than ${maxFields} different keys; the others were left out.`);
  }
  return `${lines.join('\n')}\n`;
}

function printColumn(field: FieldShape, records: number): string[] {
  if (field.name === '')
    return ['      # A key that is empty cannot be a column; it was left out.'];
  const { type, notes } = inferType(field.shape, quoteText(field.name));
  const remarks = [...notes];
  const [first, ...others] = [...field.spellings].map(quoteText);
  if (others.length > 0) remarks.unshift(`keys ${[first, ...others].join(', ')} are one column`);
  if (quoteName(field.name) !== field.name) {
    remarks.unshift(`key ${first ?? ''}: in SQL, put the name in double quotes`);
  }
  const missing = records - countValues(field.shape);
  if (missing > 0) remarks.push(`absent in ${missing} of ${records} records`);
  if (field.shape.nulls > 0) remarks.push(`null in ${field.shape.nulls} of ${records} records`);
  return [
    ...remarks.map((remark) => `      # ${remark}`),
    `      - name: ${yamlText(field.name)}`,
    '        description: ""',
    `        data_type: ${yamlText(type)}`,
  ];
}

function countValues(shape: Shape): number {
  const numbers = shape.integers + shape.hugeIntegers + shape.wholeFloats + shape.floats;
  return numbers + shape.booleans + shape.strings + shape.nulls + shape.arrays + shape.objects;
}
