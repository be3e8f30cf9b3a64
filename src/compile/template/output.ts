import type { PositionMap } from '../../core/compiled-node.js';
import { indexLines } from '../../core/text-position.js';
import { limits } from './budget.js';
import type { Expression, Place } from './nodes.js';
import { TemplateProblem } from './template-problem.js';
import type { TemplateText } from './template-text.js';
import type { Value } from './values.js';

/** Collects what a template, or a part of it, prints. */
export interface Output {
  /** Adds the template's own text, which begins at `place`. */
  writeData(text: string, place: Place): void;
  /** Adds the text of a value that was printed at `place`; `source` is the value itself. */
  writeValue(
    text: string,
    place: Place,
    source?: { readonly value: Value; readonly node: Expression },
  ): void;
  text(): string;
}

/** Output that knows where each part of it comes from. */
export interface MappedOutput extends Output {
  /** Returns the way back from the text to the file of `template`, which it was made from. */
  toSource(template: TemplateText): PositionMap;
}

function collect(): {
  readonly add: (text: string) => void;
  readonly length: () => number;
  readonly text: () => string;
} {
  const parts: string[] = [];
  let length = 0;
  return {
    add(text) {
      length += text.length;
      if (length > limits.outputLength) {
        throw new TemplateProblem(
          'template-error',
          `the rendered text is longer than ${limits.outputLength.toLocaleString('en-US')} characters`,
          { hint: 'make the loops of this template smaller' },
        );
      }
      parts.push(text);
    },
    length: () => length,
    text: () => parts.join(''),
  };
}

/** Returns output that becomes a value: the body of a macro or of a block. */
export function createOutput(): Output {
  const parts = collect();
  return { writeData: parts.add, writeValue: parts.add, text: parts.text };
}

interface Segment {
  /** Offset in the output. */
  readonly start: number;
  readonly place: Place;
  readonly isData: boolean;
}

/** Returns output of a whole template. */
export function createMappedOutput(): MappedOutput {
  const parts = collect();
  const segments: Segment[] = [];
  function add(text: string, place: Place, isData: boolean): void {
    if (text === '') return;
    segments.push({ start: parts.length(), place, isData });
    parts.add(text);
  }
  return {
    writeData: (text, place) => add(text, place, true),
    writeValue: (text, place) => add(text, place, false),
    text: parts.text,
    toSource: (template) => mapSegments(parts.text(), segments, template),
  };
}

/** The last segment that starts at or before an offset. */
function segmentAt(segments: readonly Segment[], offset: number): Segment | undefined {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return segments[low];
}

function mapSegments(
  text: string,
  segments: readonly Segment[],
  template: TemplateText,
): PositionMap {
  const lines = indexLines(text);
  return (line, column) => {
    const offset = lines.offsetOf({ line, column });
    const segment = segmentAt(segments, offset);
    if (segment === undefined) return undefined;
    const { lineno, colno } = segment.place;
    if (!segment.isData) return { line: template.firstLine + lineno, column: colno + 1 };
    const start = template.lines.offsetOf({ line: lineno + 1, column: colno + 1 });
    const place = template.lines.locate(start + offset - segment.start);
    return { line: template.firstLine + place.line - 1, column: place.column };
  };
}
