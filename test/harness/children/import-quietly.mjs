// Imports the module named on the command line and prints what that changed in the program.

// What the host's own modules leave behind when they are first loaded is not ours.
import "node:http";

process.stdout.writable;

// What copies of fibril share; making it starts nothing.
const shared = /^global Symbol\(fibril\/[\w/]+\)$/;

const before = observe();
await import(process.argv[2]);
const after = observe();
const came = [...after].filter((fact) => !before.has(fact) && !shared.test(fact));
const went = [...before].filter((fact) => !after.has(fact));
console.log(
  JSON.stringify([...came.map((fact) => `+ ${fact}`), ...went.map((fact) => `- ${fact}`)]),
);

function observe() {
  return new Set([
    ...keys("global", globalThis),
    ...keys("promise", Promise.prototype),
    ...keys("array", Array.prototype),
    ...keys("generator", Object.getPrototypeOf(function* () {}).prototype),
    ...[setTimeout, setInterval, setImmediate, queueMicrotask, fetch].map((f) => `source ${f}`),
    ...process.eventNames().map((name) => `listener ${String(name)}`),
    ...process.getActiveResourcesInfo().map((name) => `handle ${name}`),
    `exit code ${process.exitCode}`,
  ]);
}

function keys(name, object) {
  return Reflect.ownKeys(object).map((key) => `${name} ${String(key)}`);
}
