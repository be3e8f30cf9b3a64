/** How a query ends that a fault picks. */
export type QueryEnd =
  | {
      readonly state: 'FAILED';
      /** `StateChangeReason` and `AthenaError.ErrorMessage`. */
      readonly reason: string;
      /** 1 system, 2 user, 3 other, and the type of the Athena User Guide's error reference. */
      readonly category: 1 | 2 | 3;
      readonly type: number;
      readonly retryable?: boolean;
    }
  | { readonly state: 'CANCELLED'; readonly reason: string }
  /** Athena knows nothing of the query any more: calls that name it are refused. */
  | { readonly state: 'VANISHED' };

/** A fault of queries, where a `Fault` is one of calls: the statement is started, and ends badly. */
export interface QueryFault {
  /** Picks statements by their text; all if left out. */
  readonly match?: RegExp;
  /** Which of the picked ones fails, counted from 1 and in the order in which they run; the first if left out. */
  readonly nth?: number | 'every';
  /** `before`: nothing of the statement happens. `after`: it has its whole effect, and ends badly all the same. */
  readonly when: 'before' | 'after';
  readonly end: QueryEnd;
}

/** A fault that was set. */
export interface SetQueryFault {
  /** The statements that failed by it, in order. */
  readonly failed: readonly string[];
  /** Takes the fault away. */
  readonly remove: () => void;
}
