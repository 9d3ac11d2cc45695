import { Buffer } from "node:buffer";
import { deserialize, serialize } from "node:v8";
import { fromGraph, type Graph, type Modules, toGraph } from "./graph.ts";
import { isJsonExact } from "./json-exact.ts";
import { scan } from "./scan.ts";

/** The first byte says how the others are read. */
export const BYTES = 0;
const TEXT = 1;
const JSON_TEXT = 2;
const CLONE = 3;
/** A structured clone of a `Graph`. */
export const GRAPH = 4;

/**
 * A value as bytes that `decode` turns into an equal one, in this process or in
 * another of the same runtime. Numbers, strings and plain data take the fastest
 * way; Maps, Sets, dates, typed arrays, bigints, cycles and shared references go
 * as they are; errors and objects of registered classes as data.
 *
 * @param modules gets the modules that must be loaded where it is decoded.
 * @param root what the value is called in an error.
 * @throws UnsendableError that names the path of what can't go.
 */
export function encode(value: unknown, modules: Modules = new Set(), root = "$"): Uint8Array {
  if (typeof value === "string" && value.isWellFormed()) return tagged(TEXT, value);
  if (isPlainBytes(value)) return join(BYTES, value);
  if (isJsonExact(value)) return tagged(JSON_TEXT, JSON.stringify(value));
  if (!scan(value, root)) return join(CLONE, serialize(value));
  return join(GRAPH, serialize(toGraph(value, modules)));
}

/** The value of what `encode` gave. Bytes are a copy of their own. */
export function decode(bytes: Uint8Array): unknown {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1);
  switch (bytes[0]) {
    case BYTES:
      return new Uint8Array(body);
    case TEXT:
      return body.toString("utf8");
    case JSON_TEXT:
      return JSON.parse(body.toString("utf8"));
    case CLONE:
      return deserialize(body);
    case GRAPH:
      return fromGraph(deserialize(body) as Graph);
    default:
      throw new TypeError(`Cannot decode a message of kind ${bytes[0]}: it is not one of fibril's`);
  }
}

function isPlainBytes(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array &&
    Object.getPrototypeOf(value) === Uint8Array.prototype &&
    value.buffer instanceof ArrayBuffer
  );
}

function tagged(tag: number, text: string): Uint8Array {
  // Three bytes is the most that one unit of a string takes.
  const buffer = Buffer.allocUnsafe(1 + text.length * 3);
  buffer[0] = tag;
  return buffer.subarray(0, 1 + buffer.write(text, 1, "utf8"));
}

function join(tag: number, body: Uint8Array): Uint8Array {
  const buffer = Buffer.allocUnsafe(1 + body.byteLength);
  buffer[0] = tag;
  buffer.set(body, 1);
  return buffer;
}
