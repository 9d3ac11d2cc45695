/**
 * The memory that the program shares with its watchdog: while the program blocks
 * it answers no message, and this alone can still be read.
 *
 * The watchdog's thread is made from the source of this class, so that it needs no
 * file of its own in whatever bundle: nothing from outside of it may be named here.
 */
export class Slate {
  /** A power of two: the fibers of the last so many ids have their names here. */
  static readonly #NAMES = 256;
  /** Longer names and places are cut. */
  static readonly #NAME_BYTES = 248;
  static readonly #CALL_BYTES = 512;
  static readonly #TOLD_BYTES = 8192;
  static readonly #WORDS = 16;
  /** Where each number stands among the words. */
  static readonly #AT = {
    beats: 0,
    period: 1,
    limit: 2,
    hasFibers: 3,
    phase: 4,
    running: 5,
    callLength: 6,
    told: 7,
    toldLength: 8,
    toldOf: 9,
    toldMillis: 10,
  };
  /** What the thread does: it looks, it sleeps, it has ended. */
  static readonly #LOOKS = 0;
  static readonly #SLEEPS = 1;
  static readonly #ENDED = 2;

  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** What each place for a name holds: the id of a fiber, and the length of the text. */
  readonly #ids: Int32Array;
  readonly #lengths: Int32Array;
  readonly #names: Buffer;
  readonly #call: Buffer;
  readonly #told: Buffer;

  constructor(memory: SharedArrayBuffer = Slate.#allocate()) {
    this.memory = memory;
    const places = Slate.#NAMES;
    const words = Slate.#WORDS;
    this.#words = new Int32Array(memory, 0, words);
    this.#ids = new Int32Array(memory, words * 4, places);
    // No fiber has the id 0.
    this.#ids[0] = -1;
    this.#lengths = new Int32Array(memory, (words + places) * 4, places);
    const texts = (words + 2 * places) * 4;
    const afterNames = texts + places * Slate.#NAME_BYTES;
    this.#names = Buffer.from(memory, texts, places * Slate.#NAME_BYTES);
    this.#call = Buffer.from(memory, afterNames, Slate.#CALL_BYTES);
    this.#told = Buffer.from(memory, afterNames + Slate.#CALL_BYTES, Slate.#TOLD_BYTES);
  }

  static #allocate(): SharedArrayBuffer {
    const texts = Slate.#NAMES * Slate.#NAME_BYTES + Slate.#CALL_BYTES + Slate.#TOLD_BYTES;
    return new SharedArrayBuffer((Slate.#WORDS + 2 * Slate.#NAMES) * 4 + texts);
  }

  /** Counts the beats of the program's loop: it stands still while something blocks. */
  get beats(): number {
    return Atomics.load(this.#words, Slate.#AT.beats);
  }

  beat(): void {
    Atomics.add(this.#words, Slate.#AT.beats, 1);
  }

  /** Milliseconds between two beats. */
  get period(): number {
    return Atomics.load(this.#words, Slate.#AT.period);
  }

  /** How long a block may last, in milliseconds. */
  get limit(): number {
    return Atomics.load(this.#words, Slate.#AT.limit);
  }

  setPace(period: number, limit: number): void {
    Atomics.store(this.#words, Slate.#AT.period, period);
    Atomics.store(this.#words, Slate.#AT.limit, limit);
  }

  /** Whether there was a fiber at the last beat: without one nothing is blocked. */
  get hasFibers(): boolean {
    return Atomics.load(this.#words, Slate.#AT.hasFibers) === 1;
  }

  set hasFibers(has: boolean) {
    Atomics.store(this.#words, Slate.#AT.hasFibers, has ? 1 : 0);
  }

  /** Wakes a thread that sleeps; false if it has gone. */
  resume(): boolean {
    const isThere =
      Atomics.compareExchange(this.#words, Slate.#AT.phase, Slate.#SLEEPS, Slate.#LOOKS) !==
      Slate.#ENDED;
    Atomics.notify(this.#words, Slate.#AT.phase);
    return isThere;
  }

  suspend(): void {
    Atomics.store(this.#words, Slate.#AT.phase, Slate.#SLEEPS);
  }

  /** Sleeps while it is suspended; false if nobody resumed it in time, and never can again. */
  awaitResumption(patience: number): boolean {
    Atomics.wait(this.#words, Slate.#AT.phase, Slate.#SLEEPS, patience);
    return (
      Atomics.compareExchange(this.#words, Slate.#AT.phase, Slate.#SLEEPS, Slate.#ENDED) ===
      Slate.#LOOKS
    );
  }

  get isSuspended(): boolean {
    return Atomics.load(this.#words, Slate.#AT.phase) !== Slate.#LOOKS;
  }

  /** The id of the fiber that runs, 0 if none does, where that is noted at each step. */
  get running(): number {
    return Atomics.load(this.#words, Slate.#AT.running);
  }

  /** Notes that a fiber runs, at each step; false if its name is not there yet. */
  enter(id: number): boolean {
    // Read only once it has stood there for long: no need for an atomic store.
    this.#words[Slate.#AT.running] = id;
    return this.#ids[id & (Slate.#NAMES - 1)] === id;
  }

  /** Notes that none runs; true if something was told meanwhile. */
  leave(): boolean {
    const words = this.#words;
    words[Slate.#AT.running] = 0;
    return words[Slate.#AT.told] === 1;
  }

  setName(id: number, name: string): void {
    const place = id & (Slate.#NAMES - 1);
    const at = place * Slate.#NAME_BYTES;
    this.#lengths[place] = this.#names.write(name, at, Slate.#NAME_BYTES, "utf8");
    this.#ids[place] = id;
  }

  nameOf(id: number): string | undefined {
    const place = id & (Slate.#NAMES - 1);
    if (this.#ids[place] !== id) return undefined;
    const at = place * Slate.#NAME_BYTES;
    return this.#names.toString("utf8", at, at + (this.#lengths[place] ?? 0));
  }

  /** What is under way of the calls that block: the watchdog can't look into them. */
  get call(): string {
    return this.#call.toString("utf8", 0, Atomics.load(this.#words, Slate.#AT.callLength));
  }

  set call(text: string) {
    const length = text === "" ? 0 : this.#call.write(text, "utf8");
    Atomics.store(this.#words, Slate.#AT.callLength, length);
  }

  /** Tells the program of its block, which it reads when it is free again: for how long, and of which fiber. */
  tell(text: string, millis: number, fiber: number): void {
    Atomics.store(this.#words, Slate.#AT.toldMillis, Math.round(millis));
    Atomics.store(this.#words, Slate.#AT.toldOf, fiber);
    const length = this.#told.write(text, "utf8");
    Atomics.store(this.#words, Slate.#AT.toldLength, length);
    Atomics.store(this.#words, Slate.#AT.told, 1);
  }

  get toldMillis(): number {
    return Atomics.load(this.#words, Slate.#AT.toldMillis);
  }

  /** Takes back what was told. */
  get wasTold(): boolean {
    return this.#words[Slate.#AT.told] === 1;
  }

  get toldOf(): number {
    return Atomics.load(this.#words, Slate.#AT.toldOf);
  }

  /** What was told last; undefined if nothing was since. */
  takeTold(): string | undefined {
    if (Atomics.exchange(this.#words, Slate.#AT.told, 0) === 0) return undefined;
    return this.#told.toString("utf8", 0, Atomics.load(this.#words, Slate.#AT.toldLength));
  }
}
