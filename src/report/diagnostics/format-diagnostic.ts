import type { Diagnostic, Severity, SourceLocation } from '../../core/diagnostic.js';
import { toPrintable } from '../text/printable.js';
import { createStyle, type Style } from '../text/style.js';
import { formatQuantity } from '../text/quantity.js';
import { excerptSource } from './source-excerpt.js';

/** How diagnostics are printed. `maxWidth` is in terminal columns; longer source lines are cut around the place. */
export interface DiagnosticFormat {
  readonly color: boolean;
  readonly maxWidth?: number;
}

const defaultMaxWidth = 120;

function severityStyle(severity: Severity, style: Style): (text: string) => string {
  switch (severity) {
    case 'error':
      return style.red;
    case 'warning':
      return style.yellow;
    case 'info':
      return style.cyan;
  }
}

/** Returns `text` printable, the lines after the first indented. */
function formatProse(text: string, indent: string): string {
  return toPrintable(text.trimEnd()).replaceAll('\n', `\n${indent}`);
}

function formatPlace(location: SourceLocation): string {
  return [toPrintable(location.path), location.line, location.line && location.column]
    .filter((part) => part !== undefined)
    .join(':');
}

/** Returns the lines for a location: `path:line:column`, then the source line and carets under the marked place. */
function formatLocation(
  location: SourceLocation,
  options: {
    readonly indent: string;
    readonly mark: (text: string) => string;
    readonly style: Style;
    readonly maxWidth: number;
  },
): readonly string[] {
  const { indent, mark, style, maxWidth } = options;
  const place = `${indent}${style.cyan(formatPlace(location))}`;
  const gutter = `${location.line ?? ''} | `;
  const excerpt = excerptSource(location, Math.max(20, maxWidth - indent.length - gutter.length));
  if (!excerpt) return [place];
  const blankGutter = `${' '.repeat(gutter.length - 2)}| `;
  const carets = ' '.repeat(excerpt.caretOffset) + mark('^'.repeat(excerpt.caretCount));
  return [
    place,
    `${indent}${style.dim(gutter)}${excerpt.text}`.trimEnd(),
    `${indent}${style.dim(blankGutter)}${carets}`,
  ];
}

/**
 * Returns a diagnostic as people read it, without a line feed at the end: `error[code]: message`, the place with its
 * source line and carets, the hint, and the related places.
 */
export function formatDiagnostic(diagnostic: Diagnostic, format: DiagnosticFormat): string {
  const { color, maxWidth = defaultMaxWidth } = format;
  const style = createStyle({ color });
  const mark = severityStyle(diagnostic.severity, style);
  const { code, severity, message, location, hint, related = [] } = diagnostic;
  return [
    `${mark(style.bold(`${severity}[${code}]`))}: ${formatProse(message, '  ')}`,
    ...(location ? formatLocation(location, { indent: '  ', mark, style, maxWidth }) : []),
    ...(hint === undefined ? [] : [`  ${style.bold('hint:')} ${formatProse(hint, '    ')}`]),
    ...related.flatMap((each) => [
      `  related: ${formatProse(each.message, '    ')}`,
      ...formatLocation(each.location, { indent: '    ', mark: style.cyan, style, maxWidth }),
    ]),
  ].join('\n');
}

/** Returns how many diagnostics there are: `2 errors, 1 warning`; empty if there is neither. */
export function formatDiagnosticCounts(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Severity): number =>
    diagnostics.filter((each) => each.severity === severity).length;
  const errors = count('error');
  const warnings = count('warning');
  return [
    ...(errors > 0 ? [formatQuantity(errors, 'error')] : []),
    ...(warnings > 0 ? [formatQuantity(warnings, 'warning')] : []),
  ].join(', ');
}

/** Returns diagnostics with an empty line between them and, if there is more than one, their count at the end. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
): string {
  const counts = formatDiagnosticCounts(diagnostics);
  return [
    ...diagnostics.map((each) => formatDiagnostic(each, format)),
    ...(diagnostics.length > 1 && counts !== '' ? [counts] : []),
  ].join('\n\n');
}
