// How much memory the Trino tier takes: Trino and the local Athena in front of it, within 6 GiB together.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What both may take together, in MiB. */
const mostMb = 6 * 1024;

/** Returns the largest resident set that a running process had, in MiB; `undefined` where the system does not tell it. */
function readPeakMb(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/** Notes in `folder` what this process, in which a local Athena ran, took. */
export function notePeak(folder) {
  const peak = readPeakMb(process.pid);
  if (peak === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, String(process.pid)), String(peak));
}

/**
 * Returns whether Trino (`pid`) and the local Athenas that noted theirs in `folder`, which run one after the other, stayed below the
 * limit together; `log` is told how much it was. Where the system does not tell, it is told that instead, and nothing fails.
 */
export function checkMemory({ pid, folder, limitMb = mostMb, log = console.log }) {
  if (!existsSync('/proc/self/status')) {
    log('-- !! MEMORY WAS NOT CHECKED: this system has no /proc');
    return true;
  }
  const trino = pid === undefined ? undefined : readPeakMb(pid);
  const noted = existsSync(folder) ? readdirSync(folder) : [];
  if (trino === undefined || noted.length === 0) {
    log(`-- Memory: ${trino === undefined ? 'Trino is gone' : 'no test noted its own'}`);
    return false;
  }
  const emulator = Math.max(
    ...noted.map((name) => Number(readFileSync(join(folder, name), 'utf8'))),
  );
  const isBelow = trino + emulator < limitMb;
  const parts = `Trino ${trino.toFixed(0)} MiB, local Athena with its tests ${emulator.toFixed(0)} MiB`;
  log(`-- Memory at most: ${parts}; ${isBelow ? 'below' : 'NOT BELOW'} ${limitMb} MiB together`);
  return isBelow;
}
