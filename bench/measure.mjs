// Measuring, shared by the benchmarks: commands are timed from start to exit, alternating, so that whatever else the machine
// does falls on both sides of a ratio.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Returns the median of `values`. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs a Node script; returns the wall time in milliseconds. Throws if it fails. */
export function timeNode(args, options = {}) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
  const ms = performance.now() - started;
  if (status !== 0)
    throw new Error(`node ${args.join(' ')} failed (${status})\n${stdout}\n${stderr}`);
  return ms;
}

/** Times each command `rounds` times, taking turns; returns the median milliseconds of each. `prepare` runs before each. */
export function alternate(commands, rounds) {
  const times = commands.map(() => []);
  for (let round = 0; round < rounds; round++) {
    commands.forEach(({ prepare, run }, index) => {
      prepare?.();
      times[index].push(run());
    });
  }
  return times.map(median);
}

/** Returns the largest resident set of a running process in megabytes, where the system tells it. */
export function readPeakMb(pid) {
  try {
    const [, kilobytes] =
      /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
