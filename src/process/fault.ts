/** A step between processes that has just been taken, and after which others may be left alone. */
export type Point =
  // Joining an arena, and clearing up after who has ended.
  | "arena.listening"
  | "arena.claimed"
  | "arena.joined"
  | "arena.taken"
  | "sweep.begun"
  | "sweep.cleared"
  | "sweep.released"
  // Waiting for what processes share.
  | "room.raised"
  | "room.marked"
  | "room.lowered"
  | "room.rung"
  | "room.left"
  | "lock.taken"
  | "lock.hungry"
  | "lock.released"
  | "lock.given"
  | "semaphore.taken"
  | "semaphore.released"
  | "event.set"
  | "condition.waiting"
  | "condition.released"
  | "condition.called"
  | "condition.told"
  | "condition.answered"
  | "barrier.counted"
  | "barrier.arrived"
  | "barrier.acting"
  | "barrier.passed"
  // Messages.
  | "flow.grown"
  | "flow.written"
  | "flow.put"
  | "flow.read"
  | "flow.got"
  | "flow.taken"
  | "tasks.done"
  | "pipe.sent"
  | "pipe.opened"
  | "pipe.closed"
  | "memory.made"
  | "memory.named"
  // The start of a child: what its parent does, and what it does itself.
  | "start.forked"
  | "start.sent"
  | "child.started"
  | "child.told"
  | "child.loaded"
  | "child.decoded"
  | "child.done"
  // Pools: what the pool does, and what a worker does.
  | "pool.hired"
  | "pool.sent"
  | "pool.finished"
  | "worker.ready"
  | "worker.told"
  | "worker.opened"
  | "worker.claimed"
  | "worker.ran"
  | "worker.answered"
  // Managers: what a client does, and what the server does.
  | "manager.asked"
  | "manager.answered"
  | "server.listening"
  | "server.reported"
  | "server.admitted"
  | "server.called"
  | "server.replied"
  // Memory that is far.
  | "broker.joined"
  | "broker.asked";

/**
 * Called at each point by tests that kill a process there. Elsewhere it is undefined: a
 * point costs one look at a variable, and the build leaves it out.
 */
export let fault: ((point: Point) => void) | undefined;

/** Kills this process when it comes to `point` for so many times. */
export function dieAt(point: Point, times = 1): void {
  let left = times;
  fault = (passed) => {
    if (passed === point && --left === 0) process.kill(process.pid, "SIGKILL");
  };
}

/** As `dieAt`, for a child from its first step on: `FIBRIL_KILL_AT=flow.written:3`. */
export function dieAsAsked(): void {
  const asked = process.env["FIBRIL_KILL_AT"];
  if (asked === undefined) return;
  const [point, times = "1"] = asked.split(":");
  dieAt(point as Point, Number(times));
}
