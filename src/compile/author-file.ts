import type { PositionMap } from '../core/compiled-node.js';
import type { DiagnosticCode } from '../core/diagnostic-codes.js';
import type { Diagnostic, SourceLocation } from '../core/diagnostic.js';
import type { SqlNode } from '../core/node.js';
import { indexLines, type TextLines } from '../core/text-position.js';

/** The file that diagnostics about a piece of SQL point into. */
export interface AuthorFile {
  readonly path: string;
  readonly lines: TextLines;
  /** Where everything is reported, if the SQL does not stand in the file: the YAML entry of a generic test or snapshot. */
  readonly standIn: SourceLocation | null;
  /** Where a generic test of the project's own is defined: the SQL comes from there. */
  readonly definition?: SourceLocation;
  /** What helps with a diagnostic where the author did not write the SQL. */
  readonly hints?: Partial<Record<DiagnosticCode, string>>;
}

/** Values are compared as texts unless the entry says otherwise, and Athena compares no number with a text. */
const acceptedValuesHints: NonNullable<AuthorFile['hints']> = {
  'sql-type-mismatch':
    'values are compared as texts; for a column of another type, add `quote: false` beside `values:`',
};

/** Returns the file of a node. */
export function authorFileOf(node: SqlNode): AuthorFile {
  const file = { path: node.path, lines: indexLines(node.rawSql) };
  if (node.resourceType === 'snapshot' && node.isYaml) return { ...file, standIn: node.location };
  if (node.resourceType !== 'test' || node.generic === null) return { ...file, standIn: null };
  const isAcceptedValues = node.generic.testName === 'accepted_values';
  return {
    ...file,
    standIn: node.location,
    ...(node.generic.definition && { definition: node.generic.definition }),
    ...(isAcceptedValues && { hints: acceptedValuesHints }),
  };
}

/** Returns the map that leads through `first`, then through `second`. */
export function composeMaps(first: PositionMap, second: PositionMap): PositionMap {
  return (line, column) => {
    const place = first(line, column);
    return place && second(place.line, place.column);
  };
}

/** Returns the map into the file: all places of a generic test's SQL are its YAML entry. */
export function mapIntoFile(file: AuthorFile, toSource: PositionMap): PositionMap {
  const { standIn } = file;
  if (standIn === null) return toSource;
  const { line, column } = standIn;
  return () => (line === undefined ? undefined : { line, column: column ?? 1 });
}

/** Returns a diagnostic of the template, whose places are the file's own. */
export function reportInFile(diagnostic: Diagnostic, file: AuthorFile): Diagnostic {
  const { standIn, definition } = file;
  if (standIn === null) return diagnostic;
  const { location } = diagnostic;
  if (definition === undefined || location === undefined || location.path === file.path) {
    return { ...diagnostic, location: standIn };
  }
  // What is wrong inside of a test of the project's own, or a macro that it calls, stays there.
  return { ...diagnostic, related: [{ message: 'the test is asked for here', location: standIn }] };
}

/** Returns whether a diagnostic about compiled SQL belongs to text that the file does not hold: an ephemeral parent's. */
export function isElsewhere(diagnostic: Diagnostic, toSource: PositionMap): boolean {
  const { line, column } = diagnostic.location ?? {};
  return line !== undefined && toSource(line, column ?? 1) === undefined;
}

/** Returns a diagnostic about compiled SQL with its places in the author's file. */
export function relocate(
  diagnostic: Diagnostic,
  toSource: PositionMap,
  file: AuthorFile,
): Diagnostic {
  const { location, related, ...rest } = diagnostic;
  if (file.standIn !== null) {
    const hint = file.hints?.[rest.code] ?? rest.hint;
    const defined = file.definition && [
      { message: 'the test is defined here', location: file.definition },
    ];
    return {
      ...rest,
      location: file.standIn,
      ...(hint !== undefined && { hint }),
      ...(defined && { related: defined }),
    };
  }
  return {
    ...rest,
    location: location === undefined ? { path: file.path } : moveLocation(location, toSource, file),
    ...(related && {
      related: related.map((each) => ({
        ...each,
        location: moveLocation(each.location, toSource, file),
      })),
    }),
  };
}

function moveLocation(
  location: SourceLocation,
  toSource: PositionMap,
  file: AuthorFile,
): SourceLocation {
  const { line, column = 1, length, sourceLine } = location;
  if (location.path !== file.path || line === undefined) return location;
  const place = toSource(line, column);
  if (place === undefined) return { path: file.path };
  const ownLine = file.lines.lineText(place.line);
  // The underline fits only where the author wrote the very same text.
  const isSame =
    length !== undefined &&
    sourceLine !== undefined &&
    ownLine.startsWith(sourceLine.slice(column - 1, column - 1 + length), place.column - 1);
  return { path: file.path, ...place, ...(isSame && { length }), sourceLine: ownLine };
}
