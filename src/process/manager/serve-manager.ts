import { until } from "../../fiber/until.ts";
import type { Yieldable } from "../../fiber/wait.ts";
import type { Address } from "../../net/address.ts";
import { Client } from "../connection/client.ts";
import type { PeerAddress } from "../connection/peer-address.ts";
import { context } from "../context.ts";
import { currentState } from "../current-state.ts";
import { fault } from "../fault.ts";
import type { FunctionRef } from "../naming/function-ref.ts";
import { task } from "../naming/register.ts";
import { standardTypes } from "./objects/standard-types.ts";
import { loadFunction } from "./server/load-function.ts";
import { ManagerServer } from "./server/server.ts";
import { makerOf, type TypeSpec } from "./server/type-spec.ts";

/** A registered type, as its server's process is told of it. */
export interface TypeMessage {
  readonly typeid: string;
  readonly callable: FunctionRef | undefined;
  readonly exposed: readonly string[] | undefined;
  readonly methodTypes: Readonly<Record<string, string>> | undefined;
}

/** What a manager's process is to do. */
export interface ServeMessage {
  /** Where it says that it is ready, or why it can't be. */
  readonly report: Address;
  readonly address: PeerAddress | undefined;
  readonly authkey: Uint8Array;
  readonly hasStandard: boolean;
  readonly types: readonly TypeMessage[];
  readonly initializer: FunctionRef | undefined;
  readonly initargs: readonly unknown[];
}

/** How it went. */
export type Report = { readonly address: Address } | { readonly error: unknown };

/** What the process of a manager runs. */
export const serveManager: (message: ServeMessage) => Generator<Yieldable, void, never> =
  /* @__PURE__ */ task(import.meta, function* serveManager(message: ServeMessage): Generator<
    Yieldable,
    void,
    never
  > {
    allowChildren();
    const connection = yield* Client(message.report, { authkey: currentState().authkey });
    let server: ManagerServer;
    try {
      server = yield* begin(message);
    } catch (error) {
      yield* connection.send({ error } satisfies Report);
      return;
    }
    fault?.("server.listening");
    yield* connection.send({ address: server.address } satisfies Report);
    fault?.("server.reported");
    void connection.close();
    yield* server.serveForever();
  });

/** It ends with its program, as a daemon does; its objects may have processes, which end with it. */
function allowChildren(): void {
  const known = context();
  if (known.info !== undefined) known.info = { ...known.info, daemon: false };
}

function* begin(message: ServeMessage): Generator<Yieldable, ManagerServer, never> {
  const { initializer, initargs } = message;
  if (initializer !== undefined) {
    const fn = yield* until(loadFunction(initializer));
    yield* until(Promise.resolve(fn(...initargs)));
  }
  const types = new Map<string, TypeSpec>(message.hasStandard ? standardTypes : []);
  for (const type of message.types) types.set(type.typeid, yield* until(specOf(type)));
  return new ManagerServer(types, message.address, message.authkey);
}

async function specOf({ callable, exposed, methodTypes }: TypeMessage): Promise<TypeSpec> {
  const make = callable && makerOf(await loadFunction(callable));
  return { make, exposed, methodTypes };
}
