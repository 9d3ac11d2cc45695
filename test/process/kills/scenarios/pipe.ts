/** The victim sends back what it receives, or sends its end on, or closes it. */
import { spawn } from "fibril";
import type { Connection } from "../../../../src/process/connection/connection.ts";
import { EOFError } from "../../../../src/process/connection/connection-errors.ts";
import { Pipe } from "../../../../src/process/ring/pipe.ts";
import { follow, type Place, type Places, type Plan } from "../plan.ts";
import { inTime, killEarly, killOne, must, type Scenario } from "../scenario.ts";

/** It dies before its work begins. */
const EARLY: readonly Place[] = ["pipe.opened"];

export async function echo(there: Connection): Promise<void> {
  for (;;) await there.send(await there.recv());
}

export async function echoAndDie(plan: Plan, there: Connection): Promise<void> {
  follow(plan);
  await echo(there);
}

export async function giveAwayAndDie(
  plan: Plan,
  there: Connection,
  way: Connection,
): Promise<void> {
  follow(plan);
  for (;;) {
    await way.send(there);
    await way.recv();
  }
}

export async function closeAndDie(plan: Plan, there: Connection): Promise<void> {
  follow(plan);
  await there.close();
}

export const places: Places = {
  "flow.written": 10,
  "flow.put": 10,
  "flow.read": 10,
  "flow.got": 10,
  "flow.taken": 10,
  "pipe.opened": 1,
  "pipe.sent": 3,
  "pipe.closed": 1,
  atomics: 100,
};

export const farPlaces: Places = { "broker.asked": 60 };

export function scenario(): Scenario {
  return {
    async round(plan) {
      const [here, there] = Pipe();
      const echoed: number[] = [];
      const hearing = spawn(function* () {
        for (;;) echoed.push(yield* here.recv<number>());
      });
      const talking = spawn(function* () {
        for (let i = 0; ; i++) yield* here.send(i);
      });
      await die(plan, there);
      await ended("receives", hearing.get());
      await ended("sends", talking.get());
      must("came back", echoed.join(), [...echoed.keys()].join());
      await here.close();
    },
    async end() {},
  };
}

async function die(plan: Plan, there: Connection): Promise<void> {
  if (EARLY.includes(plan.place)) {
    const dying = killEarly(echo, plan, there);
    await there.close();
    return await dying;
  }
  if (plan.place === "pipe.closed") {
    const dying = killOne(closeAndDie, plan, there);
    await there.close();
    return await dying;
  }
  if (plan.place !== "pipe.sent") {
    const dying = killOne(echoAndDie, plan, there);
    await there.close();
    return await dying;
  }
  const [way, back] = Pipe();
  const answering = spawn(function* () {
    for (;;) {
      const end = yield* way.recv<Connection>();
      yield* end.close();
      yield* way.send("next");
    }
  });
  const dying = killOne(giveAwayAndDie, plan, there, back);
  await there.close();
  await back.close();
  await dying;
  await ended("answers", answering.get());
  await way.close();
}

/** It gets an error that says that nobody is there any more. */
async function ended(what: string, wait: PromiseLike<unknown>): Promise<void> {
  const how = await inTime(
    `who ${what} is told`,
    wait.then(
      () => "nothing",
      (error: Error) => error,
    ),
  );
  const isTold = how instanceof EOFError || /EPIPE/.test(String(how));
  if (!isTold) throw new Error(`who ${what} got ${String(how)}`, { cause: how });
}
