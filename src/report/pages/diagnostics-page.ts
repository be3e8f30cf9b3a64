import { diagnosticCodes, type DiagnosticCode } from '../../core/diagnostic-codes.js';
import { diagnosticAdvice } from './diagnostic-advice.js';

/** A golden case of a diagnostic. */
export interface DiagnosticExample {
  /** The arguments of the command; `undefined` for what every command that reads the project prints. */
  readonly command?: string | undefined;
  /** What is printed. */
  readonly printed: string;
}

const intro = `<!-- Written by \`npm run generate-schema\` from src/core/diagnostic-codes.ts, src/report/pages/ and fixtures/diagnostics/. -->

# Diagnostics

What stedi-sql has to say of a project is printed like this:

\`\`\`text
error[ref-not-found]: model 'customer_trusted' refs 'customer_landng', which is not in the project
  models/trusted/customer_trusted.sql:3:13
  3 | from {{ ref('customer_landng') }}
    |             ^^^^^^^^^^^^^^^^^
  hint: did you mean 'customer_landing'?
\`\`\`

The name in brackets is the code, which stays the same when the words change. Then come the place (file, line, column), the next step, and
\`related\` places. An \`error\` ends the command before it touches the warehouse, unless the warehouse itself reports it; a \`warning\` does not.
A command prints all that it finds, not the first. With \`--log-format json\` each diagnostic is a JSON object on a line of its own.

One entry for each code, with what a test project prints.`;

function fence(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

function describeCode(code: DiagnosticCode, example: DiagnosticExample | undefined): string {
  const command = example?.command === undefined ? '' : `$ stedi-sql ${example.command}\n`;
  return [
    `## \`${code}\``,
    diagnosticCodes[code],
    ...(example === undefined ? [] : [fence(`${command}${example.printed}`)]),
    diagnosticAdvice[code],
  ].join('\n\n');
}

/** Returns the reference page of all diagnostics, in Markdown. `examples` are the golden cases by code. */
export function diagnosticsPage(examples: ReadonlyMap<string, DiagnosticExample>): string {
  const codes = (Object.keys(diagnosticCodes) as DiagnosticCode[]).sort();
  const sections = codes.map((code) => describeCode(code, examples.get(code)));
  return `${[intro, ...sections].join('\n\n')}\n`;
}
