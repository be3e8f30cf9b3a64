import { openAtomicFile, type AtomicFile } from '../atomic-file.js';

/** What stands before, between and after the items of a file. */
export interface ListLayout {
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

/** Items that are written to one file or to several, one after the other. Functions throw `WriteFailure`. */
export interface ListWriter {
  /** Writes an item to the given file; the numbers of files count from 0 and never fall. */
  write(file: number, item: string): void;
  /** Ends the last file. Without any item there is one empty list. */
  close(): void;
  /** Removes the file under way, unless it was ended. */
  discard(): void;
}

const flushLength = 64 * 1024;

/** Opens a list; each of its files has its name only when it is complete. */
export function openListWriter(options: {
  readonly pathOf: (file: number) => string;
  readonly layoutOf: (file: number) => ListLayout;
}): ListWriter {
  let current = -1;
  let target: AtomicFile | undefined;
  let layout: ListLayout = { before: '', between: '', after: '' };
  let text = '';
  const begin = (file: number): void => {
    current = file;
    layout = options.layoutOf(file);
    target = openAtomicFile(options.pathOf(file));
    text = layout.before;
  };
  const close = (): void => {
    if (current === -1) begin(0);
    target?.append(Buffer.from(text + layout.after));
    target?.commit();
    target = undefined;
  };
  return {
    write(file, item) {
      if (file === current) text += layout.between;
      else {
        if (target) close();
        begin(file);
      }
      text += item;
      if (text.length < flushLength) return;
      target?.append(Buffer.from(text));
      text = '';
    },
    close,
    discard: () => target?.discard(),
  };
}
