import { host } from "../internal/host.ts";

/** What is kept before it is written: more saves little, less costs a write for a few events. */
const BUFFER_CHARACTERS = 65_536;

/** What a program that is ended by force may lose of its last moments. */
const LONGEST_KEPT_MS = 100;

interface FileSystem {
  openSync(path: string | URL, flags: "w"): number;
  writeSync(file: number, text: string): void;
  closeSync(file: number): void;
}

/** A file that is written in large pieces, each made of whole texts. */
export class BufferedFile {
  readonly #system = host.process.getBuiltinModule("node:fs") as FileSystem;
  readonly #path: string | URL;
  readonly #file: number;
  #kept: string[] = [];
  #size = 0;
  #timer: ReturnType<typeof host.setTimer> | undefined;
  #isBroken = false;

  constructor(path: string | URL) {
    this.#path = path;
    this.#file = this.#system.openSync(path, "w");
  }

  write(text: string): void {
    this.#kept.push(text);
    this.#size += text.length;
    if (this.#size >= BUFFER_CHARACTERS) this.#flush();
    else if (this.#timer === undefined) {
      this.#timer = host.setTimer(() => this.#flush(), LONGEST_KEPT_MS);
      this.#timer.unref();
    }
  }

  close(): void {
    this.#flush();
    this.#system.closeSync(this.#file);
  }

  #flush(): void {
    if (this.#timer !== undefined) host.clearTimer(this.#timer);
    this.#timer = undefined;
    const text = this.#kept.join("");
    this.#kept = [];
    this.#size = 0;
    if (this.#isBroken) return;
    try {
      this.#system.writeSync(this.#file, text);
    } catch (error) {
      // A disk that is full must not end the program that is looked at.
      this.#isBroken = true;
      console.error(`Cannot go on with the trace file "${this.#path}":`, error);
    }
  }
}
