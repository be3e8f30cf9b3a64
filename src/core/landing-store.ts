import type { Diagnostic } from './diagnostic.js';

/**
 * A refusal of a store, as an error to throw where a value cannot be returned: appending is synchronous, and is called
 * from within a scanner. Whoever opens an output catches it.
 */
export class LandingFailure extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super(diagnostic.message);
  }
}

/** Something that is written in pieces and is there only when it is complete. Functions throw `LandingFailure`. */
export interface LandingOutput {
  /** Takes the bytes; the caller may reuse their memory at once. */
  append(bytes: Uint8Array): void;
  /** Returns a promise if the caller must wait before it appends more, so that memory stays bounded. */
  drain(): Promise<void> | undefined;
  /**
   * Makes all that was appended visible under its name, in one step. If somebody else has done so with the same content
   * meanwhile, that is as well.
   */
  commit(): Promise<void>;
  /** Removes what was written, unless it was committed. Never fails. */
  discard(): Promise<void>;
}

/** Where a source's content has been landed, as messages show it. */
export interface LandedContent {
  readonly output: string;
  /** `null` if there were no rejects. */
  readonly rejects: string | null;
}

/**
 * A place that files are landed in: a folder, or a prefix of an object store. What is landed is named after the `digest`
 * of its source, the sha256 of its bytes in hex, so that the same content is landed once. Functions throw `LandingFailure`.
 */
export interface LandingStore {
  /** The landing location and the place of rejects, absolute: inputs must not lie in them. */
  readonly places: readonly string[];
  /** Makes ready what must be there before something is landed, and finds out whether it may be written to. */
  prepare(): Promise<void>;
  /** Returns where a content was landed earlier, `undefined` if it was not. */
  find(digest: string): Promise<LandedContent | undefined>;
  /** Returns where a content will be, as messages show it. */
  addressesOf(digest: string): { readonly output: string; readonly rejects: string };
  /** Begins the file of records. */
  openOutput(digest: string): LandingOutput;
  /** Begins the file of what could not be read. */
  openRejects(digest: string): LandingOutput;
}

/** The bytes of a source. Functions throw `LandingFailure`, or the system's error. */
export interface SourceBytes {
  /** Reads up to `length` bytes from `position` on; fewer only at the end. */
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** A source that was opened. */
export interface SourceFile extends SourceBytes {
  /** Bytes when it was opened. */
  readonly size: number;
  /** Returns whether it is another one than when it was opened. */
  hasChanged(): Promise<boolean>;
  close(): Promise<void>;
}

/** The files that one input stands for. */
export interface ListedSources {
  /** Addresses, in their order. */
  readonly files: readonly string[];
  /** Left out, because a part of the name below the input begins with `.` or `_`. */
  readonly ignored: readonly string[];
}

/** Sources that are not on this machine. Functions throw `LandingFailure`. */
export interface SourceStore {
  /** Returns whether an input is an address in this store. */
  owns(input: string): boolean;
  /** Returns the object of that address, or all below it. Nothing found is no failure. */
  list(address: string): Promise<ListedSources>;
  open(address: string): Promise<SourceFile>;
}
