import cp from "node:child_process";
import fs, { readFile as namedReadFile } from "node:fs";
import fsPromises from "node:fs/promises";
import net from "node:net";
import timers from "node:timers";
import timersPromises from "node:timers/promises";
import { promisify, types } from "node:util";
import {
  getOriginal,
  isModulePatched,
  isPatched,
  type PatchOptions,
  patch,
  patchAll,
  unpatch,
} from "fibril/monkey";
import { afterEach, describe, expect, test, vi } from "vitest";

afterEach(unpatch);

/** Everything of the host that some module patches, before anything is. */
function snapshot(): Map<string, unknown> {
  const all = new Map<string, unknown>();
  const places = { globalThis, fs, fsPromises, net, timers, timersPromises, cp };
  for (const [place, object] of Object.entries(places)) {
    for (const key of Object.getOwnPropertyNames(object)) {
      const descriptor = Object.getOwnPropertyDescriptor(object, key);
      if (descriptor !== undefined) all.set(`${place}.${key}`, descriptor.get ?? descriptor.value);
    }
  }
  return all;
}

const changes = (before: Map<string, unknown>): string[] => {
  const now = snapshot();
  return [...now.keys()].filter((key) => !Object.is(now.get(key), before.get(key)));
};

describe("patching", () => {
  test("unpatch puts everything back as it was", () => {
    const before = snapshot();
    patchAll();
    const changed = changes(before);
    expect(changed).toContain("globalThis.fetch");
    expect(changed).toContain("fs.readFile");
    expect(changed).toContain("fsPromises.readFile");
    expect(changed).toContain("cp.spawn");
    unpatch();
    expect(changes(before)).toEqual([]);
  });

  test("patch does only what is named, and its Disposable only that back", () => {
    const before = snapshot();
    const timersOnly = patch({ timers: true });
    const both = patch({ timers: true, fs: true, net: false });
    expect(["timers", "fs", "net"].map(isModulePatched)).toEqual([true, true, false]);
    both[Symbol.dispose]();
    expect(["timers", "fs", "net"].map(isModulePatched)).toEqual([true, false, false]);
    timersOnly[Symbol.dispose]();
    expect(changes(before)).toEqual([]);
  });

  test("patchAll leaves out what is false", () => {
    patchAll({ fs: false, net: false });
    expect(isPatched(fs, "readFile")).toBe(false);
    expect(isPatched(net, "connect")).toBe(false);
    expect(isPatched(globalThis, "fetch")).toBe(true);
  });

  test("patching twice wraps once", () => {
    patchAll();
    const { readFile } = fs;
    const { fetch } = globalThis;
    patchAll();
    patch({ fs: true, fetch: true });
    expect(fs.readFile).toBe(readFile);
    expect(globalThis.fetch).toBe(fetch);
  });

  test("patchAll with other options warns that both hold, with the same it is silent", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    patchAll({ fs: false });
    patchAll({ fs: false });
    expect(warn).not.toHaveBeenCalled();
    patchAll({ net: true });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/again with other options/);
    expect(isModulePatched("fs")).toBe(true);
    warn.mockRestore();
  });

  test("named imports that were made before follow, where the host lets them", async () => {
    const { syncBuiltinESMExports } = await import("node:module");
    patch({ fs: true });
    const follows = (namedReadFile as unknown) === fs.readFile;
    // Deno has the function, but its modules do not follow.
    expect(follows).toBe(!("Deno" in globalThis) && typeof syncBuiltinESMExports === "function");
  });

  test("what somebody else has wrapped since stays, with ours inside, and is named", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const original = fs.stat;
    patch({ fs: true });
    const ours = fs.stat;
    const foreign = ((...args: Parameters<typeof ours>) => ours(...args)) as typeof fs.stat;
    fs.stat = foreign;
    unpatch();
    expect(fs.stat).toBe(foreign);
    expect(warn.mock.calls[0]?.[0]).toMatch(/^Cannot put fs\.stat back: .*wrapped/);
    fs.stat = original;
    warn.mockRestore();
  });

  test("a name that there is not is refused, and nothing is patched", () => {
    const patchAny = patch as (options: unknown) => unknown;
    expect(() => patchAny({ fetsch: true })).toThrow(/^Cannot patch "fetsch": there are .*fetch/);
    expect(() => patchAny({ fs: "yes" })).toThrow(
      'Cannot patch with fs: "yes": pass true or false',
    );
    expect(() => patchAny({ fs: true, blocking: "loud" })).toThrow('pass "report", "throw"');
    expect(() => patchAny(undefined)).toThrow(TypeError);
    expect(() => patchAny(true)).toThrow("pass an object such as { fetch: true }");
    expect(() => (patchAll as (options: unknown) => unknown)(null)).toThrow(TypeError);
    expect(isModulePatched("fs")).toBe(false);
  });
});

describe("asking", () => {
  test("a module goes by our name and by the host's", () => {
    patch({ childProcess: true, http: true, fs: true });
    const names = ["childProcess", "child_process", "node:child_process", "https", "fs/promises"];
    expect(names.map(isModulePatched)).toEqual(names.map(() => true));
    expect(isModulePatched("node:net")).toBe(false);
    expect(() => isModulePatched("path")).toThrow(/^Cannot look up "path": there are /);
    expect(() => isModulePatched("constructor")).toThrow(TypeError);
  });

  test("getOriginal gives what there was, of a module, an object or several names", () => {
    const { readFile, stat } = fs;
    const { fetch } = globalThis;
    patchAll();
    expect(getOriginal("fs", "readFile")).toBe(readFile);
    expect(getOriginal("node:fs", ["readFile", "stat"])).toEqual([readFile, stat]);
    expect(getOriginal(fs, "stat")).toBe(stat);
    expect(getOriginal("fetch", "fetch")).toBe(fetch);
    expect(getOriginal(globalThis, "fetch")).toBe(fetch);
    // What is not patched is what it is.
    expect(getOriginal("node:path", "join")).toBe(getOriginal("path", "join"));
    expect(() => getOriginal("no-such-module", "x")).toThrow("there is no such module");
  });

  test("isPatched is about one function", () => {
    patch({ net: true });
    expect(isPatched(net, "connect")).toBe(true);
    expect(isPatched(net, "isIP")).toBe(false);
    expect(isPatched(net.Socket.prototype, "connect")).toBe(true);
  });
});

describe("a patched function outside of fibers", () => {
  const all: PatchOptions = { timers: true, fs: true, fetch: true, childProcess: true, net: true };

  test("looks as the original does", () => {
    const { fetch, setTimeout: before } = globalThis;
    const looks = [fs.readFile, fs.read, fs.exists, cp.exec, net.connect, before, fetch].map(look);
    patch(all);
    const now = [fs.readFile, fs.read, fs.exists, cp.exec, net.connect];
    expect([...now, globalThis.setTimeout, globalThis.fetch].map(look)).toEqual(looks);
    expect(typeof fs.realpath.native).toBe("function");
  });

  function look(fn: object): unknown {
    const { name, length } = fn as () => void;
    const keys = Reflect.ownKeys(fn).filter(
      (key) => key !== "prototype" && key !== "caller" && key !== "arguments",
    );
    return { name, length, keys: keys.map(String).sort() };
  }

  test("gives what the original gives: a plain promise", async () => {
    patch(all);
    const promise = fsPromises.readFile(new URL(import.meta.url), "utf8");
    expect(types.isPromise(promise)).toBe(true);
    expect(Reflect.ownKeys(promise).filter((key) => key === Symbol.iterator)).toEqual([]);
    expect(Symbol.iterator in promise).toBe(false);
    expect(await promise).toContain("a plain promise");
  });

  test("promisify still works", async () => {
    patch(all);
    const wait = promisify(setTimeout);
    expect(await wait(1, "later")).toBe("later");
    const { stdout } = await promisify(cp.execFile)(process.execPath, ["--version"]);
    expect(stdout).toMatch(/\d+\.\d+/);
    expect(await promisify(fs.exists)("/no/such/file")).toBe(false);
    const handle = await fsPromises.open(new URL(import.meta.url));
    const { bytesRead } = await promisify(fs.read)(handle.fd, Buffer.alloc(4), 0, 4, 0);
    expect(bytesRead).toBe(4);
    await handle.close();
  });

  test("Promise.prototype stays as it is: Array.from of a promise is no array of values", () => {
    patchAll();
    expect(Symbol.iterator in Promise.prototype).toBe(false);
  });
});
