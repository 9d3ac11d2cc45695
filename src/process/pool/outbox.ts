import { encode } from "../codec/codec.ts";
import { isJsonExact } from "../codec/json-exact.ts";
import type { Packet } from "./wire.ts";

/** A value that is ready to go: JSON, or bytes. */
export type Payload = string | Uint8Array;

/**
 * Makes a value ready to go: later changes of it do not.
 *
 * @throws UnsendableError that names the path of what can't go.
 */
export function pack(value: unknown, modules: Set<string>, root: string): Payload {
  return isJsonExact(value) ? JSON.stringify(value) : encode(value, modules, root);
}

/** Gathers what goes as one packet. */
export class Outbox {
  #text = "";
  #bytes: Uint8Array[] = [];

  get isEmpty(): boolean {
    return this.#text === "";
  }

  /** @param message an order or an answer, as JSON. */
  add(message: string): void {
    this.#text += this.#text === "" ? message : `,${message}`;
  }

  /** How a value stands in a message that is added next. */
  data(payload: Payload): string {
    if (typeof payload === "string") return `[${payload}]`;
    return String(this.#bytes.push(payload) - 1);
  }

  /** How a list of values stands there. */
  list(payloads: readonly Payload[]): string {
    const isText = payloads.every((payload) => typeof payload === "string");
    if (isText) return `[[${payloads.join(",")}]]`;
    return `{"of":[${payloads.map((payload) => this.data(payload)).join(",")}]}`;
  }

  take(): Packet {
    const packet = { text: `[${this.#text}]`, bytes: this.#bytes };
    this.#text = "";
    if (this.#bytes.length > 0) this.#bytes = [];
    return packet;
  }
}
