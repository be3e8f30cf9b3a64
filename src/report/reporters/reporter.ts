import type { EventSink } from '../../core/event.js';

/** Tells people or programs the story of a run. Reporters are interchangeable: each receives the same events. */
export interface Reporter {
  readonly report: EventSink;
  /** Leaves the terminal as it was found. Can be called at any time and more than once. */
  readonly close: () => void;
}
