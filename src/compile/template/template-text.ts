import type { SourceLocation } from '../../core/diagnostic.js';
import type { TemplateSource } from '../../core/template.js';
import { indexLines, type TextLines } from '../../core/text-position.js';
import type { Place } from './nodes.js';

/** A template's text as the lexer reads it, with its lines. */
export interface TemplateText {
  readonly path: string;
  /** Line ends are `\n`; one line end at the end of the file is left out, as Jinja2 does. */
  readonly text: string;
  readonly lines: TextLines;
  /** The line of the file where `text` starts; counts from 1. */
  readonly firstLine: number;
}

/** Returns the text of a template, ready to be lexed. */
export function loadTemplate(source: TemplateSource): TemplateText {
  const unified = source.content.replace(/\r\n?/g, '\n');
  const text = unified.endsWith('\n') ? unified.slice(0, -1) : unified;
  return { path: source.path, text, lines: indexLines(text), firstLine: source.firstLine ?? 1 };
}

/** Returns where a place of a template stands in its file. The underline ends with the line. */
export function locatePlace(template: TemplateText, place: Place): SourceLocation {
  const sourceLine = template.lines.lineText(place.lineno + 1);
  const room = Math.max(1, sourceLine.length - place.colno);
  return {
    path: template.path,
    line: template.firstLine + place.lineno,
    column: place.colno + 1,
    length: Math.min(place.length ?? 1, room),
    sourceLine,
  };
}
