/** The longest way in milliseconds from each task's start to the end, by name; tasks are as in `shortestTime`. */
function longestWays(tasks, rank) {
  const way = new Map([...tasks.keys()].map((name) => [name, 0]));
  for (const [name, task] of [...tasks].reverse()) {
    way.set(name, way.get(name) + rank(task));
    for (const before of task.after) way.set(before, Math.max(way.get(before), way.get(name)));
  }
  return way;
}

/** Milliseconds below which no schedule ends: the longest way through the tasks, or all of them on busy threads. */
export function lowerBound(tasks, threads) {
  const all = [...tasks.values()].reduce((sum, { ms }) => sum + ms, 0);
  return Math.max(all / threads, ...longestWays(tasks, ({ ms }) => ms).values());
}

/**
 * The time in milliseconds that a perfect runner needs for tasks: `{ ms, after }` by name, where `after` names tasks that
 * are listed before. A task starts when those before it have ended and a thread is free; the longest way to the end,
 * given by `rank`, goes first. With `ms` as the rank, the runner knows the times beforehand; with 1, only the order.
 */
export function shortestTime(tasks, threads, rank = ({ ms }) => ms) {
  const after = new Map([...tasks.keys()].map((name) => [name, []]));
  const open = new Map();
  for (const [name, task] of tasks) {
    open.set(name, task.after.length);
    for (const before of task.after) after.get(before).push(name);
  }
  const way = longestWays(tasks, rank);
  const ready = [...tasks.keys()].filter((name) => open.get(name) === 0);
  const running = [];
  let now = 0;
  while (ready.length > 0 || running.length > 0) {
    ready.sort((a, b) => way.get(b) - way.get(a));
    while (ready.length > 0 && running.length < threads) {
      const name = ready.shift();
      running.push({ name, end: now + tasks.get(name).ms });
    }
    running.sort((a, b) => a.end - b.end);
    const { name, end } = running.shift();
    now = end;
    for (const next of after.get(name)) {
      open.set(next, open.get(next) - 1);
      if (open.get(next) === 0) ready.push(next);
    }
  }
  return now;
}
