/**
 * Has processes killed at named points, and looks whether all others go on as they should:
 * `run.ts '{"seed":1,"kills":100}'`, or `'{"seed":1,"kills":5,"only":["lock"],"place":"lock.taken"}'`.
 */
import { mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place, Places, Plan } from "./plan.ts";
import { must, type Scenario, until } from "./scenario.ts";
import { children, descriptors, marked, names } from "./traces.ts";

/** What the command line says. */
export interface Order {
  readonly seed: number;
  /** All together, each place of each scenario at least once; absent: each place once, in one scenario. */
  readonly kills?: number | undefined;
  /** The scenarios; all of them if absent. */
  readonly only?: readonly string[] | undefined;
  readonly place?: Place;
  /** At which of its passes; any if absent. */
  readonly times?: number;
  /** Every second scenario, from the first or the second one on. */
  readonly half?: 0 | 1;
  /** Without shared memory. */
  readonly far?: boolean;
}

interface Module {
  readonly places: Places;
  /** Of those that can do without shared memory. */
  readonly farPlaces?: Places;
  scenario(): Scenario | Promise<Scenario>;
}

const FOLDER = new URL("./scenarios/", import.meta.url);
/** The same as this file's: it may be one of a bundle. */
const EXTENSION = import.meta.url.slice(-".ts".length);

/** After so many rounds at each place all is there that a process keeps. */
const SETTLED_ROUNDS = 3;
/** A few may come and go: connections to those that are started just then. */
const FEW_DESCRIPTORS = 6;

async function main(order: Order): Promise<void> {
  const mark = `${process.pid}-${Date.now()}`;
  process.env["FIBRIL_KILLS"] = mark;
  process.env["TMPDIR"] = mkdtempSync(join(tmpdir(), "fibril-kills-"));
  if (order.far === true) process.env["FIBRIL_SHM"] = "0";
  const before = names();
  const random = randomFrom(order.seed);
  const chosen = order.only ?? all();
  const each = Math.ceil((order.kills ?? 0) / chosen.length);
  const seen = new Set<string>();
  let kills = 0;
  for (const [index, name] of chosen.entries()) {
    const module: Module = await import(new URL(`${name}${EXTENSION}`, FOLDER).href);
    const possible = (order.far === true ? module.farPlaces : module.places) ?? {};
    const places = Object.entries(possible).filter(([place]) => isWanted(place, order, seen));
    const isOurs = order.half === undefined || index % 2 === order.half;
    if (isOurs && places.length > 0)
      kills += await perform(name, module, places, each, order, random);
  }
  await until("the end of all that was started", () => marked(`FIBRIL_KILLS=${mark}`) === 0);
  const left = names().filter((name) => !before.includes(name));
  must("names left", left.join(), "");
  rmdirSync(tmpdir());
  console.log(`${kills} kills, and all others went on`);
}

function all(): string[] {
  return readdirSync(FOLDER).map((file) => file.slice(0, -EXTENSION.length));
}

function isWanted(place: string, order: Order, seen: Set<string>): boolean {
  if (order.place !== undefined) return place === order.place;
  if (order.kills !== undefined) return true;
  if (seen.has(place)) return false;
  seen.add(place);
  return true;
}

async function perform(
  name: string,
  module: Module,
  places: readonly (readonly [string, number])[],
  kills: number,
  order: Order,
  random: () => number,
): Promise<number> {
  const scenario = await module.scenario();
  let done = 0;
  let settled = Number.POSITIVE_INFINITY;
  while (done < Math.max(kills, places.length)) {
    const [place, most] = places[done % places.length] as [Place, number];
    const times = order.times ?? (done < places.length ? 1 : 1 + Math.floor(random() * most));
    await attempt(name, scenario, { place, times }, order);
    if (++done === SETTLED_ROUNDS * places.length) settled = await descriptors();
  }
  const open = await descriptors();
  if (open > settled + FEW_DESCRIPTORS) {
    throw new Error(`${name}: ${open} descriptors are open, ${settled} were`);
  }
  await scenario.end();
  await until(`${name}: all children are gone`, () => children("all") === 0);
  console.log(`${name}: ${done} kills at ${places.length} places`);
  return done;
}

async function attempt(name: string, scenario: Scenario, plan: Plan, order: Order): Promise<void> {
  try {
    await scenario.round(plan);
    await until("no zombie is left", () => children("zombies") === 0);
  } catch (cause) {
    const again = JSON.stringify({ ...order, kills: 1, only: [name], ...plan });
    throw new Error(`${name}, pass ${plan.times} of ${plan.place}; once more: ${again}`, { cause });
  }
}

/** Numbers that are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

if (import.meta.main) {
  main(JSON.parse(process.argv[2] ?? '{"seed":1}')).then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}
