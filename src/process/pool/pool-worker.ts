import { Timeout } from "../../fiber/timeout.ts";
import { hub } from "../../scheduler/hub.ts";
import type { Child } from "../child-process.ts";
import { fault } from "../fault.ts";
import type { WorkerInfo } from "../inspect/info-types.ts";
import { startAlarm } from "./alarm.ts";
import { Inbox } from "./inbox.ts";
import { MaybeEncodingError } from "./maybe-encoding-error.ts";
import { Outbox, type Payload, pack } from "./outbox.ts";
import { fromMessage, isPacket, type PacketMessage } from "./port.ts";
import { RemoteTraceback } from "./remote-traceback.ts";
import type { Settings } from "./settings.ts";
import { startWorker, type WorkerName } from "./start-worker.ts";
import type { Task } from "./task.ts";
import { unpack } from "./unpack.ts";
import { type Answer, type Data, ERROR, OUTCOMES, type Outcomes, UNSENDABLE } from "./wire.ts";
import { WorkerWay } from "./worker-way.ts";

/**
 * So long may a task that is past its timeout clean up, before its process is
 * killed: shorter would cut `finally` blocks off, longer hold up the tasks behind.
 */
const TIMEOUT_GRACE_MS = 1000;

/** What is behind a task that takes longer goes to a worker that rests; shorter would take back what is about to begin. */
export const STUCK_MS = 3;

type Finished = Extract<Answer, readonly [number, ...unknown[]]>;

/** What a worker tells the one who hired it. */
export interface Employer {
  /** It takes tasks from now on, or has finished some. */
  free(): void;
  /** @param begun what it was at. */
  workerEnded(worker: PoolWorker, exitcode: number, begun: readonly Task[]): void;
}

/** One process of a pool, as the pool sees it: owns the tasks that it was given. */
export class PoolWorker {
  readonly name: string;
  readonly child: Child;
  state: "starting" | "ready" | "leaving" | "dead" = "starting";
  wasReady = false;
  /** What its initializer threw. */
  failure: { readonly error: unknown } | undefined;
  /** In the order in which it was given them, by their number: the first ones are being run. */
  readonly tasks: Map<number, Task> = new Map();
  readonly #employer: Employer;
  readonly #concurrency: number;
  readonly #maxTasks: number;
  readonly #way: WorkerWay;
  /** How many tasks it was given altogether. */
  #taken = 0;
  #killer: { stop(): void } | undefined;
  readonly #out: Outbox = new Outbox();
  /** The functions and modules that it was told of. */
  readonly #told: Set<number | string> = new Set();
  readonly #inbox: Inbox;
  /** When it began to work, or finished a task. */
  #since = 0;
  /** Called when all is read that came from it. */
  #onRead: () => void;

  constructor(settings: Settings, name: WorkerName, employer: Employer) {
    this.#employer = employer;
    this.#onRead = () => employer.free();
    this.#concurrency = settings.concurrency;
    this.#maxTasks = settings.maxTasks;
    this.name = name.name;
    this.child = startWorker(settings.job, name, (error) => {
      this.failure = { error };
      this.child.signal("SIGTERM");
    });
    this.#inbox = new Inbox(
      (answer, bytes) => this.#take(answer, bytes),
      () => this.#read(),
    );
    this.#way = new WorkerWay(this.child, settings.lines, () => this.#drain());
    this.child.onMessage((message: PacketMessage) => {
      if (!isPacket(message)) return;
      this.#inbox.push(fromMessage(message));
      this.#read();
    });
    let exitcode = 0;
    this.child.onExit((code) => {
      exitcode = code;
      // What it had sent is still to come.
      if (this.state !== "leaving") this.state = "dead";
    });
    this.child.onSilence(() => {
      this.#onRead = () => this.#end(exitcode);
      this.#drain();
    });
  }

  /** How many more tasks it may be given now. */
  get room(): number {
    if (this.state !== "ready") return 0;
    const window = this.isStuck ? this.#concurrency : this.#way.window(this.#concurrency);
    return Math.min(window - this.tasks.size, this.#maxTasks - this.#taken);
  }

  /** Whether it has been given as many tasks as it may do. */
  get isSpent(): boolean {
    return this.#taken >= this.#maxTasks;
  }

  describe(): string {
    return `${this.name} (pid ${this.child.pid})`;
  }

  /** For reports. */
  info(): WorkerInfo {
    const { name, child, state } = this;
    const tasks = [...this.tasks.values()].map((task) => ({
      id: task.id,
      call: String(task),
      hasBegun: this.hasBegun(task),
    }));
    return { name, pid: child.pid, state, tasks };
  }

  /** Puts a task in line; `flush` sends it off. */
  give(task: Task): void {
    const { callee } = task;
    const { modules } = task.input;
    if (this.tasks.size === 0) this.#since = hub.timers.now();
    this.tasks.set(task.id, task);
    this.#taken++;
    task.worker = this;
    if (!this.#told.has(callee.number)) {
      this.#told.add(callee.number);
      this.#out.add(JSON.stringify(["define", callee.number, callee.ref]));
    }
    if (modules.size > 0) this.#tellOf(modules);
    task.place = this.#way.next();
    const input = task.input.write(this.#out);
    this.#out.add(`[${task.id},${callee.number},${task.how},${input}]`);
  }

  #tellOf(modules: ReadonlySet<string>): void {
    const news = [...modules].filter((module) => !this.#told.has(module));
    if (news.length === 0) return;
    for (const module of news) this.#told.add(module);
    this.#out.add(JSON.stringify(["load", news]));
  }

  flush(): void {
    if (this.#out.isEmpty) return;
    this.#way.send(this.#out.take());
    fault?.("pool.sent");
    this.#way.attend(this.tasks.size > 0);
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
    return [...this.tasks.values()].filter((task) => this.hasBegun(task));
  }

  hasBegun(task: Task): boolean {
    return this.#way.hasBegun(task.place);
  }

  /** Whether it is at something that takes long: others had better do what is behind that. */
  get isStuck(): boolean {
    return this.tasks.size > 0 && hub.timers.now() - this.#since >= STUCK_MS;
  }

  /** Takes back the tasks that it has not begun. */
  takeBack(): Task[] {
    const round = this.#way.takeBack();
    if (round === undefined) return [];
    const back = [...this.tasks.values()].filter((task) => !this.hasBegun(task));
    for (const task of back) {
      this.tasks.delete(task.id);
      task.worker = undefined;
    }
    this.#taken -= back.length;
    this.#out.add(`["again",${round}]`);
    return back;
  }

  /** All that came by shared memory. */
  #drain(): void {
    for (let next = this.#way.take(); next !== undefined; next = this.#way.take()) {
      this.#inbox.push(next);
    }
    this.#read();
    this.#way.attend(this.tasks.size > 0);
  }

  #read(): void {
    if (this.#inbox.read()) this.#onRead();
  }

  #take(answer: Answer, bytes: readonly Uint8Array[]): void {
    const [type] = answer;
    if (typeof type === "number") this.#finish(answer as Finished, bytes);
    else if (answer[0] === "ready") this.#ready();
    else if (answer[0] === "failed") this.failure = { error: this.#errorOf(answer[1], bytes) };
    else if (answer[0] === "load") this.#inbox.load(answer[1]);
    else if (answer[0] === "line") this.#way.opened(answer[1], this.tasks.size === 0);
    else if (answer[0] === "begun") this.#begun(this.tasks.get(answer[1]));
  }

  #ready(): void {
    this.wasReady = true;
    if (this.state === "starting") this.state = "ready";
  }

  #finish([id, micros, kind, data]: Finished, bytes: readonly Uint8Array[]): void {
    const task = this.tasks.get(id);
    if (task === undefined) return;
    this.#drop(task);
    fault?.("pool.finished");
    this.#since = hub.timers.now();
    task.callee.took(micros, task.input.size);
    this.#way.took(micros, this.tasks.size === 0);
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
    task.gone();
  }

  /** Starts the clock of a task: what it needs to begin is not its own time. */
  #begun(task: Task | undefined): void {
    const timeout = task?.limits.timeout;
    if (task === undefined || timeout === undefined || task.isSettled) return;
    task.alarm = startAlarm(timeout, () => this.#expire(task, timeout));
  }

  #expire(task: Task, timeout: number): void {
    const error = Timeout.plain(timeout);
    task.alarm = startAlarm(TIMEOUT_GRACE_MS, () => this.crash());
    this.kill(task, error);
    task.refuse(error);
  }

  /** Nothing comes from it any more. */
  #end(exitcode: number): void {
    this.#onRead = () => {};
    this.#killer?.stop();
    const { begun } = this;
    this.#way.close();
    for (const task of this.tasks.values()) task.gone();
    this.#employer.workerEnded(this, exitcode, begun);
  }
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
