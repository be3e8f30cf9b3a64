// A set-up file of the Trino tier: the local Athena runs in the process of its tests, whose memory is noted when they are over.
import { afterAll } from 'vitest';
import { notePeak } from './memory.mjs';

afterAll(() => {
  const { STEDI_MEMORY: folder } = process.env;
  if (folder !== undefined) notePeak(folder);
});
