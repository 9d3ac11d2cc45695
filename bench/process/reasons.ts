/**
 * The most likely reason why a goal is missed, by row or group: shown where it is.
 * Their figures are of 2026-11-21: to be looked at again with each new table.
 */
export const reasons: Readonly<Record<string, string>> = {
  "queue/rate": "One run is not like the other: the one before had 2.47x.",
  "queue/trip":
    "The mean is that of a long tail: half of all trips take 50 us at most. Whoever looks out for an answer does so for 25 us; if that was too short it parks, and then to be rung takes 0.2 ms.",
  "pipe/bulk":
    "The reader takes an array of its own for each message: to copy 1 MB out of the shared memory into a new array runs at 2 to 3 GB/s, to copy it in at 27 and more.",
  "lock/now":
    "The two exchanges of the word alone take 22 to 33 ns in such a loop, as much as the goal; the rest is to find out which fiber asks, and to note who holds it for the case that this process is killed.",
  "lock/fiber": "The row above, and the step of the fiber.",
  "lock/parked":
    "An event loop has to be woken by a socket: Node's own take 49 us for that after the same rest, and Python's semaphore needs neither. A ring's `send` is some 45 us of ours, which after 1500 times instead of 100 comes to 163 us; what the rest is, is not known yet.",
  "pool/one":
    "The parent is the slow side: rings to workers that wait are 22 % of what it does. And the code is still being compiled: eight runs in a row go from 42 to 59 k/s in the first two to 123 to 139 in the last three.",
  "pool/chunks":
    "The parent needs some 0.5 us an item to pack it, unpack its result and put that into its place; the workers are idle for 35 to 45 % of the time. Python does that in C.",
  "pool/ms": "Nobody gets there: the parent shares two cores with two workers that are busy.",
  "start/source":
    "A bare `fork` of an empty module takes 31 ms from its start to its end; our entry, its orders and an orderly end take the rest.",
  "start/module":
    "Its module makes the child load fibril (80 to 94 ms) and fibril/process (44 to 50 ms).",
  "start/ready":
    "An Event among the arguments makes the child load fibril (80 to 94 ms) and fibril/process (44 to 50 ms).",
  "start/spare":
    "The spare process that takes its place is started at the same moment, which is 31 ms of work on the same two cores; and Node's own end.",
  manager:
    "A call is a round trip between two event loops: on a bare socket of Node that takes 78 us. 30,000 in a row under a profiler, which keeps the processor awake, take 100 us each, as Python's do: most of the rest is to wake two processes that are idle. 32 fibers at once get 59 to 124 k/s.",
};
