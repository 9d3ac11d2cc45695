// S0-16: a manager at an address of TCP, used by a program that is no child of ours but has the key.
import { BaseManager } from "fibril/process";
import { run } from "fibril/subprocess";

export class Greeter {
  #greeted = 0;

  greet(name: string) {
    this.#greeted++;
    return `hello ${name}, number ${this.#greeted}`;
  }
}

const greeter = new Greeter();

/** Gives everybody the same one. */
export function theGreeter() {
  return greeter;
}

class GreeterManager extends BaseManager {}
GreeterManager.register("Greeter", theGreeter);

const authkey = new TextEncoder().encode("abracadabra");

async function serve() {
  const manager = new GreeterManager({ address: "127.0.0.1:0", authkey });
  await manager.start();
  const here = await manager.create<Greeter>("Greeter");
  console.log(await here.greet("owner"));

  const { host, port } = manager.address as { host: string; port: number };
  const flags = "Deno" in globalThis ? ["run", "-A", "--quiet", "--no-check"] : process.execArgv;
  const file = import.meta.filename ?? "";
  const { returncode } = await run([process.execPath, ...flags, file, `${host}:${port}`]);
  console.log("the other program ended with", returncode);
  console.log(await here.greet("owner"));
  await manager.shutdown();
}

async function visit(address: string) {
  const manager = new GreeterManager({ address, authkey });
  await manager.connect();
  const there = await manager.create<Greeter>("Greeter");
  console.log(await there.greet("stranger"));
}

if (import.meta.main) {
  const [, , address] = process.argv;
  await (address === undefined ? serve() : visit(address));
}
