import { Buffer } from "node:buffer";
import { Worker } from "node:worker_threads";
import { host } from "../../internal/host.ts";
import { frameOf } from "../connection/frames.ts";
import { fault } from "../fault.ts";
import { SharedMemoryGone } from "../shm/shared-memory-errors.ts";
import type { BrokerAddress } from "./address.ts";
import { encodeRequest, type Request } from "./requests.ts";

/** What the thread says of a ring, and of the broker's end. */
const RING = "!";
const END = ".";

/** A longer answer is handed over in parts. */
const PART_BYTES = 1 << 16;

/**
 * The words: whether a part is there; how long it is, -1: nobody answers any more; how long all of
 * the answer is; whether the thread runs.
 */
const READY = 0;
const PART = 1;
const WHOLE = 2;
const STARTED = 3;
const HEAD_BYTES = 16;

/** A thread starts in some 0.1 s. One that can't says so by an event, which nobody hears who waits for it. */
const LONGEST_START_MS = 30_000;

/**
 * Asks a broker and waits for the answer, without giving way to anything else: what
 * is done to shared memory takes no turn of the event loop either. A thread of its
 * own has the connection, for this one can't look at it meanwhile. It takes some
 * 0.1 ms a question.
 */
export class Asker {
  readonly #head: Int32Array<SharedArrayBuffer>;
  readonly #part: Uint8Array<SharedArrayBuffer>;
  readonly #thread: Worker;

  /** @param onEnd told when nobody answers any more, once. */
  constructor({ socket, secret }: BrokerAddress, onRing: () => void, onEnd: () => void) {
    const shared = new SharedArrayBuffer(HEAD_BYTES + PART_BYTES);
    this.#head = new Int32Array(shared, 0, STARTED + 1);
    this.#part = new Uint8Array(shared, HEAD_BYTES);
    const hello = frameOf(Buffer.from(`${secret} ${host.process.pid}`));
    this.#thread = new Worker(thread, { eval: true, workerData: { shared, socket, hello } });
    this.#thread.on("message", (sign) => (sign === RING ? onRing() : onEnd()));
    this.#thread.on("error", () => {});
    this.#thread.unref();
  }

  /** @throws SharedMemoryGone if the process that holds the memory has ended, or can't be asked. */
  ask(request: Request): Uint8Array<ArrayBuffer> {
    if (Atomics.wait(this.#head, STARTED, 0, LONGEST_START_MS) === "timed-out") {
      throw new SharedMemoryGone(
        "Cannot ask for shared memory: the thread that is to ask does not start. Is there memory left, and room for a thread?",
      );
    }
    const frame = encodeRequest(request);
    Atomics.store(this.#head, READY, 0);
    this.#thread.postMessage(frame, [frame.buffer]);
    fault?.("broker.asked");
    return this.#answer();
  }

  hold(): void {
    this.#thread.ref();
  }

  letGo(): void {
    this.#thread.unref();
  }

  close(): void {
    void this.#thread.terminate();
  }

  #answer(): Uint8Array<ArrayBuffer> {
    let answer: Uint8Array<ArrayBuffer> | undefined;
    for (let at = 0; at < (answer?.length ?? 1); ) {
      // It may be woken for what it had already: that one was notified late.
      while (Atomics.load(this.#head, READY) === 0) Atomics.wait(this.#head, READY, 0);
      const length = this.#head[PART] as number;
      if (length < 0) throw gone();
      answer ??= new Uint8Array(this.#head[WHOLE] as number);
      answer.set(this.#part.subarray(0, length), at);
      at += length;
      Atomics.store(this.#head, READY, 0);
      Atomics.notify(this.#head, READY);
    }
    return answer as Uint8Array<ArrayBuffer>;
  }
}

export function gone(): SharedMemoryGone {
  return new SharedMemoryGone("Cannot ask for shared memory: the process that holds it has ended");
}

/** As text, so that it needs no file: programs may be one. */
const thread = `
const { parentPort, workerData } = require("node:worker_threads");
const { connect } = require("node:net");
const head = new Int32Array(workerData.shared, 0, ${STARTED + 1});
const part = new Uint8Array(workerData.shared, ${HEAD_BYTES});
let isOver = false;
Atomics.store(head, ${STARTED}, 1);
Atomics.notify(head, ${STARTED});
function tell(length) {
  head[${PART}] = length;
  Atomics.store(head, ${READY}, 1);
  Atomics.notify(head, ${READY});
}
function end() {
  if (isOver) return;
  isOver = true;
  tell(-1);
  parentPort.postMessage("${END}");
}
const length = Buffer.alloc(4);
let known = 0;
let left = 0;
function takeLength(byte) {
  length[known++] = byte;
  if (known < 4) return;
  left = length.readUInt32LE();
  if (left > 0) {
    head[${WHOLE}] = left;
    return;
  }
  known = 0;
  parentPort.postMessage("${RING}");
}
function takePart(bytes) {
  part.set(bytes);
  left -= bytes.length;
  tell(bytes.length);
  if (left === 0) known = 0;
  else while (Atomics.load(head, ${READY}) === 1) Atomics.wait(head, ${READY}, 1);
}
const socket = connect(workerData.socket);
socket.write(workerData.hello);
socket.on("data", (chunk) => {
  for (let at = 0; at < chunk.length; ) {
    if (known < 4) takeLength(chunk[at++]);
    else {
      const bytes = chunk.subarray(at, at + Math.min(left, part.length));
      takePart(bytes);
      at += bytes.length;
    }
  }
});
socket.on("error", end);
socket.on("close", end);
parentPort.on("message", (frame) => {
  if (isOver) tell(-1);
  else socket.write(frame);
});
`;
