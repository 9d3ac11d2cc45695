import { Timeout } from "../../fiber/timeout.ts";
import { hub } from "../../scheduler/hub.ts";
import { Alarm } from "../../scheduler/timers.ts";
import type { Child } from "../child-process.ts";
import { isLoaded } from "../codec/classes.ts";
import { MaybeEncodingError } from "./maybe-encoding-error.ts";
import { Outbox, type Payload, pack } from "./outbox.ts";
import { fromMessage, type PacketMessage, toMessage } from "./port.ts";
import { RemoteTraceback } from "./remote-traceback.ts";
import type { Settings } from "./settings.ts";
import { startWorker, type WorkerName } from "./start-worker.ts";
import type { Task } from "./task.ts";
import { unpack } from "./unpack.ts";
import {
  type Answer,
  type Data,
  ERROR,
  OUTCOMES,
  type Outcomes,
  type Packet,
  UNSENDABLE,
} from "./wire.ts";

/**
 * So long may a task that is past its timeout clean up, before its process is
 * killed: shorter would cut `finally` blocks off, longer hold up the tasks behind.
 */
const TIMEOUT_GRACE_MS = 1000;

type Finished = Extract<Answer, readonly [number, ...unknown[]]>;

/** What a worker tells the one who hired it. */
export interface Employer {
  /** It takes tasks from now on, or has finished some. */
  free(): void;
  workerEnded(worker: PoolWorker, exitcode: number): void;
}

/** One process of a pool, as the pool sees it: owns the tasks that it was given. */
export class PoolWorker {
  readonly name: string;
  readonly child: Child;
  state: "starting" | "ready" | "leaving" = "starting";
  wasReady = false;
  /** What its initializer threw. */
  failure: { readonly error: unknown } | undefined;
  /** In the order in which it was given them, by their number: the first ones are being run. */
  readonly tasks: Map<number, Task> = new Map();
  readonly #employer: Employer;
  readonly #concurrency: number;
  readonly #maxTasks: number;
  /** How many tasks it was given altogether. */
  #taken = 0;
  #killer: { stop(): void } | undefined;
  readonly #out: Outbox = new Outbox();
  /** The functions and modules that it was told of. */
  readonly #told: Set<number | string> = new Set();
  /** What it has sent. */
  readonly #unread: { readonly answers: Answer[]; readonly bytes: readonly Uint8Array[] }[] = [];
  #isLoading = false;
  /** How many of its tasks have a timeout. */
  #timed = 0;

  constructor(settings: Settings, name: WorkerName, employer: Employer) {
    this.#employer = employer;
    this.#concurrency = settings.concurrency;
    this.#maxTasks = settings.maxTasks;
    this.name = name.name;
    this.child = startWorker(settings.job, name, (error) => {
      this.failure = { error };
      this.child.signal("SIGTERM");
    });
    this.child.onMessage((message: PacketMessage) => this.#receive(fromMessage(message)));
    let exitcode = 0;
    this.child.onExit((code) => {
      exitcode = code;
    });
    this.child.onSilence(() => this.#end(exitcode));
  }

  /** How many more tasks it may be given now. */
  get room(): number {
    if (this.state !== "ready") return 0;
    return Math.min(this.#concurrency - this.tasks.size, this.#maxTasks - this.#taken);
  }

  /** Whether it has been given as many tasks as it may do. */
  get isSpent(): boolean {
    return this.#taken >= this.#maxTasks;
  }

  /** Puts a task in line; `flush` sends it off. */
  give(task: Task): void {
    const { callee, modules } = task;
    this.tasks.set(task.id, task);
    this.#taken++;
    task.worker = this;
    if (!this.#told.has(callee.number)) {
      this.#told.add(callee.number);
      this.#out.add(JSON.stringify(["define", callee.number, callee.ref]));
    }
    const news = [...modules].filter((module) => !this.#told.has(module));
    if (news.length > 0) {
      for (const module of news) this.#told.add(module);
      this.#out.add(JSON.stringify(["load", news]));
    }
    const input = task.input.write(this.#out);
    this.#out.add(`[${task.id},${callee.number},${task.how},${input}]`);
    if (task.limits.timeout !== undefined) this.#timed++;
  }

  flush(): void {
    if (this.#out.isEmpty) return;
    if (this.child.isAlive) this.child.send(toMessage(this.#out.take()));
    this.#watchTimes();
  }

  /** Throws `reason` into the fiber that runs the task; a GreenletExit if there is none. */
  kill(task: Task, reason: unknown): void {
    if (!this.tasks.has(task.id)) return;
    const data = this.#out.data(packReason(reason));
    this.#out.add(`["kill",${task.id},${data}]`);
    this.flush();
  }

  /** Lets it end, now that it has nothing to do. */
  leave(): void {
    this.state = "leaving";
    this.#out.add('["end"]');
    this.flush();
  }

  /** Ends it in the middle of its work. */
  crash(): void {
    this.child.signal("SIGKILL");
  }

  /** Ends it, by force if it takes longer than `grace` milliseconds. */
  end(grace: number): void {
    this.state = "leaving";
    this.child.signal("SIGTERM");
    this.#killer ??= startAlarm(grace, () => this.crash());
  }

  /** The tasks that it has begun. */
  get begun(): Task[] {
    return [...this.tasks.values()].slice(0, this.#concurrency);
  }

  #receive({ text, bytes }: Packet): void {
    this.#unread.push({ answers: JSON.parse(text), bytes });
    this.#read();
  }

  /** Until it comes to objects of a class that has to be loaded first. */
  #read(): void {
    if (this.#isLoading) return;
    for (let next = this.#unread[0]; next !== undefined; next = this.#unread[0]) {
      for (let answer = next.answers.shift(); answer !== undefined; answer = next.answers.shift()) {
        this.#take(answer, next.bytes);
        if (this.#isLoading) return;
      }
      this.#unread.shift();
    }
    this.#watchTimes();
    this.#employer.free();
  }

  #take(answer: Answer, bytes: readonly Uint8Array[]): void {
    const [type] = answer;
    if (typeof type === "number") this.#finish(answer as Finished, bytes);
    else if (answer[0] === "ready") this.#ready();
    else if (answer[0] === "failed") this.failure = { error: this.#errorOf(answer[1], bytes) };
    else if (answer[0] === "load") this.#load(answer[1]);
  }

  #ready(): void {
    this.wasReady = true;
    if (this.state === "starting") this.state = "ready";
  }

  #load(modules: readonly string[]): void {
    const missing = modules.filter((module) => !isLoaded(module));
    if (missing.length === 0) return;
    this.#isLoading = true;
    // What can't be read without them says so.
    void Promise.allSettled(missing.map((module) => import(module))).then(() => {
      this.#isLoading = false;
      this.#read();
    });
  }

  #finish([id, micros, kind, data]: Finished, bytes: readonly Uint8Array[]): void {
    const task = this.tasks.get(id);
    if (task === undefined) return;
    this.#drop(task);
    task.callee.took(micros, task.input.size);
    if (kind === ERROR) return task.refuse(this.#errorOf(data, bytes));
    try {
      const value = unpack(data, bytes);
      if (kind === UNSENDABLE) task.refuse(unsendable(value));
      else task.done(kind, kind === OUTCOMES ? this.#marked(value as Outcomes) : value);
    } catch (error) {
      task.refuse(error);
    }
  }

  #errorOf(data: Data, bytes: readonly Uint8Array[]): unknown {
    try {
      return this.#mark(unpack(data, bytes));
    } catch (error) {
      return error;
    }
  }

  #mark(error: unknown): unknown {
    return RemoteTraceback.mark(error, this.name, this.child.pid);
  }

  #marked({ values, errors }: Outcomes): Outcomes {
    return { values, errors: errors.map(([index, error]) => [index, this.#mark(error)]) };
  }

  #drop(task: Task): void {
    this.tasks.delete(task.id);
    if (task.limits.timeout !== undefined) this.#timed--;
    task.gone();
  }

  /** Starts the clocks of the tasks that have begun. */
  #watchTimes(): void {
    if (this.#timed === 0) return;
    for (const task of this.begun) {
      const { timeout } = task.limits;
      if (timeout === undefined || task.alarm !== undefined || task.isSettled) continue;
      task.alarm = startAlarm(timeout, () => this.#expire(task, timeout));
    }
  }

  #expire(task: Task, timeout: number): void {
    const error = Timeout.plain(timeout);
    task.alarm = startAlarm(TIMEOUT_GRACE_MS, () => this.crash());
    this.kill(task, error);
    task.refuse(error);
  }

  /** Nothing comes from it any more. */
  #end(exitcode: number): void {
    if (this.#isLoading) return void setImmediate(() => this.#end(exitcode));
    this.#killer?.stop();
    for (const task of this.tasks.values()) task.gone();
    this.#employer.workerEnded(this, exitcode);
  }
}

function startAlarm(millis: number, ring: () => void): { stop(): void } {
  const alarm = new Alarm(ring);
  hub.timers.start(alarm, millis, true);
  return { stop: () => hub.timers.stop(alarm) };
}

/** What can't be sent stays here: then the task is killed as usual. */
function packReason(reason: unknown): Payload {
  try {
    return pack(reason, new Set(), "reason");
  } catch {
    return pack(undefined, new Set(), "reason");
  }
}

function unsendable(value: unknown): MaybeEncodingError {
  const parts = value as { readonly value: string; readonly reason: string };
  return new MaybeEncodingError(parts.reason, parts.value);
}
