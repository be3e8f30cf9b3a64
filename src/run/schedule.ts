import type { UniqueId } from '../core/node.js';
import type { Plan, PlannedNode } from '../core/plan.js';

/** What a node took when it last ran, in milliseconds, for the nodes of which that is known. */
export type ExpectedMs = ReadonlyMap<UniqueId, number>;

/** The nodes of a plan that have not started, and which of them is next. */
export interface Schedule {
  /** Takes the node to start now; `undefined` while all that is left waits for others. */
  take(): PlannedNode | undefined;
  /** Takes the node to stage ahead, from what nodes that still run have staged; `undefined` if there is none. */
  takeAhead(): PlannedNode | undefined;
  /** Notes that what a node staged can be read. */
  noteStaged(id: UniqueId): void;
  /** Notes that a node has ended well: those that waited for it alone may start. */
  release(id: UniqueId): void;
  /** Takes the nodes that wait for one that did not end well, in the plan's order. */
  takeBlocked(id: UniqueId): readonly PlannedNode[];
  /** Takes all that is left, in the plan's order. */
  takeRest(): readonly PlannedNode[];
  isEmpty(): boolean;
}

/**
 * Returns a schedule that starts the node with the longest way to the plan's end first, in the expected time of the nodes
 * on it: whatever else waits for a thread can wait longer. Nodes of which nothing is known count as the mean of the others.
 * Where ways are equally long, as on first builds, the node goes first that more nodes wait for: each may be the one that
 * takes long. With one thread the order makes no difference to the end, and is the plan's.
 */
export function createSchedule(
  plan: Plan,
  { threads, expectedMs }: { readonly threads: number; readonly expectedMs: ExpectedMs },
): Schedule {
  const children = findChildren(plan);
  const position = new Map(plan.nodes.map(({ uniqueId }, index) => [uniqueId, index]));
  const ways = threads > 1 ? longestWays(plan, children, expectedMs) : new Map<UniqueId, number>();
  const followers =
    threads > 1 ? countFollowers(plan, { children, position }) : new Map<UniqueId, number>();
  const compare = (a: PlannedNode, b: PlannedNode): number =>
    (ways.get(b.uniqueId) ?? 0) - (ways.get(a.uniqueId) ?? 0) ||
    (followers.get(b.uniqueId) ?? 0) - (followers.get(a.uniqueId) ?? 0) ||
    (position.get(a.uniqueId) ?? 0) - (position.get(b.uniqueId) ?? 0);

  const left = new Map(plan.nodes.map((planned) => [planned.uniqueId, planned]));
  const waitsFor = new Map(
    plan.nodes.map(({ uniqueId, dependsOn }) => [uniqueId, new Set(dependsOn)]),
  );
  const ready = plan.nodes.filter(({ dependsOn }) => dependsOn.length === 0).sort(compare);
  const staged = new Set<UniqueId>();
  const readyAhead: PlannedNode[] = [];

  function insert(planned: PlannedNode, into: PlannedNode[]): void {
    let from = 0;
    let to = into.length;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      const other = into[middle];
      if (other !== undefined && compare(other, planned) < 0) from = middle + 1;
      else to = middle;
    }
    into.splice(from, 0, planned);
  }

  /** Takes the first that has not been taken otherwise. */
  function takeFirst(from: PlannedNode[]): PlannedNode | undefined {
    for (let planned = from.shift(); planned !== undefined; planned = from.shift()) {
      if (left.delete(planned.uniqueId)) return planned;
    }
    return undefined;
  }

  /** Whether all that a node waits for has staged what the node reads of it. */
  function isReadyAhead({ uniqueId, ahead }: PlannedNode): boolean {
    const waiting = [...(waitsFor.get(uniqueId) ?? [])];
    return ahead !== undefined && waiting.every((id) => staged.has(id) && ahead.reads.includes(id));
  }

  function lookAhead(id: UniqueId): void {
    for (const child of children.get(id) ?? []) {
      if (left.has(child.uniqueId) && isReadyAhead(child)) insert(child, readyAhead);
    }
  }

  function takeAll(ids: Iterable<UniqueId>): readonly PlannedNode[] {
    const taken = [...ids].flatMap((id) => left.get(id) ?? []);
    for (const { uniqueId } of taken) left.delete(uniqueId);
    return taken.sort((a, b) => (position.get(a.uniqueId) ?? 0) - (position.get(b.uniqueId) ?? 0));
  }

  return {
    take: () => takeFirst(ready),
    takeAhead: () => takeFirst(readyAhead),
    noteStaged(id) {
      if (staged.has(id)) return;
      staged.add(id);
      lookAhead(id);
    },
    release(id) {
      for (const child of children.get(id) ?? []) {
        const others = waitsFor.get(child.uniqueId);
        others?.delete(id);
        if (others?.size === 0 && left.has(child.uniqueId)) insert(child, ready);
      }
      lookAhead(id);
    },
    takeBlocked(id) {
      const blocked = new Set<UniqueId>();
      const open = [id];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        for (const { uniqueId } of children.get(next) ?? []) {
          if (blocked.has(uniqueId)) continue;
          blocked.add(uniqueId);
          open.push(uniqueId);
        }
      }
      return takeAll(blocked);
    },
    takeRest() {
      ready.splice(0);
      readyAhead.splice(0);
      return takeAll(left.keys());
    },
    isEmpty: () => left.size === 0,
  };
}

function findChildren(plan: Plan): ReadonlyMap<UniqueId, readonly PlannedNode[]> {
  const children = new Map<UniqueId, PlannedNode[]>(
    plan.nodes.map(({ uniqueId }) => [uniqueId, []]),
  );
  for (const planned of plan.nodes) {
    for (const parent of planned.dependsOn) children.get(parent)?.push(planned);
  }
  return children;
}

/** Returns for each node the milliseconds from its start to the plan's end, if there were a thread for every node. */
function longestWays(
  plan: Plan,
  children: ReadonlyMap<UniqueId, readonly PlannedNode[]>,
  expectedMs: ExpectedMs,
): ReadonlyMap<UniqueId, number> {
  const known = plan.nodes.flatMap(({ uniqueId }) => expectedMs.get(uniqueId) ?? []);
  const mean = known.length === 0 ? 1 : known.reduce((sum, ms) => sum + ms, 0) / known.length;
  const ways = new Map<UniqueId, number>();
  // The plan is in topological order: children come after their parents.
  for (const { uniqueId } of [...plan.nodes].reverse()) {
    const after = (children.get(uniqueId) ?? []).map((child) => ways.get(child.uniqueId) ?? 0);
    ways.set(uniqueId, (expectedMs.get(uniqueId) ?? mean) + Math.max(0, ...after));
  }
  return ways;
}

/** Returns for each node how many others wait for it, near or far. */
function countFollowers(
  plan: Plan,
  {
    children,
    position,
  }: {
    readonly children: ReadonlyMap<UniqueId, readonly PlannedNode[]>;
    readonly position: ReadonlyMap<UniqueId, number>;
  },
): ReadonlyMap<UniqueId, number> {
  const counts = new Map<UniqueId, number>();
  /** A bit for each node that waits; large projects have millions of pairs. */
  const followers = new Map<UniqueId, Uint32Array>();
  for (const { uniqueId } of [...plan.nodes].reverse()) {
    const own = children.get(uniqueId) ?? [];
    // Most nodes are tests, which nothing waits for.
    if (own.length === 0) continue;
    const bits = new Uint32Array(Math.ceil(plan.nodes.length / 32));
    for (const child of own) {
      const at = position.get(child.uniqueId) ?? 0;
      bits[at >>> 5] = (bits[at >>> 5] ?? 0) | (1 << (at & 31));
      followers.get(child.uniqueId)?.forEach((word, index) => {
        bits[index] = (bits[index] ?? 0) | word;
      });
    }
    followers.set(uniqueId, bits);
    counts.set(
      uniqueId,
      bits.reduce((sum, word) => sum + countBits(word), 0),
    );
  }
  return counts;
}

/** Returns how many of the 32 bits are set. */
function countBits(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
