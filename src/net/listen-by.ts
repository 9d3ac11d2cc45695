import type { Server as HostServer } from "node:net";
import type { Wait } from "../fiber/wait.ts";
import { type HostAddress, showAddress } from "./address.ts";
import { atFirst, hostWait } from "./host-wait.ts";
import { SocketError } from "./socket-error.ts";

/** How a host's server is made and what is made of it once it listens. */
export interface Listening<H extends HostServer, A> {
  readonly make: () => H;
  readonly wrap: (host: H) => A;
  readonly backlog?: number | undefined;
}

/** Listens at an address; killed meanwhile, it lets that go again. */
export function listenBy<H extends HostServer, A>(
  target: HostAddress,
  { make, wrap, backlog }: Listening<H, A>,
): Wait<A, SocketError> {
  const what = `listen on ${showAddress(target)}`;
  return hostWait<A>(what, (answer) => {
    const host = make();
    const stop = atFirst(
      host,
      ["listening"],
      () => answer.done(wrap(host)),
      (error) => answer.fail(new SocketError(what, error)),
    );
    host.listen({ ...target, backlog });
    return () => {
      stop();
      // One that looks its name up takes no notice of a close, and listens after that.
      host.on("listening", () => host.close());
      host.on("error", () => {}).close();
    };
  });
}
