import type { TlsOptions } from "node:tls";
import { script, type Wait } from "../fiber/wait.ts";
import {
  type Address,
  type AddressInput,
  asAddress,
  type HostAddress,
  parseAddress,
  showAddress,
} from "./address.ts";
import { Listener } from "./listener.ts";
import { CLOSED, SocketError } from "./socket-error.ts";

/** How a server that is given an address listens there. */
export interface EndpointOptions {
  /** TLS: `key`, `cert` and whatever else Node's `tls.createServer` takes. */
  readonly tls?: TlsOptions | undefined;
  /** How many connections the system keeps for the program; 511 if absent. */
  readonly backlog?: number | undefined;
}

/** What a server was given to listen with: an address, or a Listener. */
export class Endpoint {
  /** Of the server, for messages. */
  readonly name: string;
  /** Where it listens, or is to. */
  readonly address: Address;
  readonly #input: HostAddress | Listener;
  readonly #options: EndpointOptions;

  constructor(listener: AddressInput | Listener, options: EndpointOptions, server: string) {
    const isListener = listener instanceof Listener;
    if (isListener && options.tls !== undefined) {
      throw new TypeError(
        `Cannot make a ${server} with TLS over a Listener: pass \`tls\` to listen instead`,
      );
    }
    this.#input = isListener ? listener : parseAddress(listener, "listen on");
    this.#options = options;
    this.address = isListener ? listener.address : asAddress(this.#input as HostAddress);
    this.name = `${server} ${showAddress(this.address)}`;
  }

  /** Listens by `listenAt`, or takes what `over` makes of the Listener. */
  open<S>(
    listenAt: (target: HostAddress, options: EndpointOptions) => Wait<S, SocketError>,
    over: (listener: Listener) => S,
  ): Wait<S, SocketError> {
    const input = this.#input;
    if (!(input instanceof Listener)) return listenAt(input, this.#options);
    return script(() => this.#openOver(input, over));
  }

  *#openOver<S>(listener: Listener, over: (listener: Listener) => S): Generator<never, S, never> {
    if (listener.closed) throw new SocketError(`start ${this.name}`, CLOSED);
    return over(listener);
  }
}
