/** What a source holds, in order. */
export type SourcePiece =
  | {
      readonly kind: 'data';
      /** Decompressed; valid until the next piece is asked for. */
      readonly bytes: Buffer;
      /** Bytes of the file that were read so far. */
      readonly bytesRead: number;
    }
  /** Bytes that cannot be decompressed, or none where they are missing; the first part of a damage has `part` 0. */
  | {
      readonly kind: 'damage';
      readonly bytes: Buffer;
      /** Place of the bytes in the file. */
      readonly offset: number;
      readonly reason: string;
      readonly part: number;
    }
  /** The compressed data contradict themselves or their checksum: nothing that came before can be trusted. */
  | { readonly kind: 'corrupt'; readonly reason: string }
  /** The file is of a kind that is not read at all; nothing follows. */
  | { readonly kind: 'foreign'; readonly format: string; readonly hint: string };
