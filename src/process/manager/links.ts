import { currentState } from "../current-state.ts";
import { Link } from "./link.ts";
import { unseal } from "./sealed-key.ts";

/** This process's connections to managers, by address: all its fibers share one. */
const links: Map<string, Link> = new Map();

/**
 * The connection to the manager there; it is made when it is first used.
 *
 * @param sealed its key, if that is not the program's own.
 */
export function linkTo(address: string, sealed?: Uint8Array): Link {
  const known = links.get(address);
  if (known !== undefined) return known;
  const own = currentState().authkey;
  const key = sealed === undefined ? own : (unseal(sealed, own) ?? own);
  return keepLink(newLink(address, key));
}

/** One of its own, which nobody else uses before `keepLink`. */
export function newLink(address: string, key: Uint8Array): Link {
  return new Link(address, key, readingFor);
}

/** From now on it is the one for its address, unless there is one already; gives that. */
export function keepLink(link: Link): Link {
  const known = links.get(link.address);
  if (known === undefined) links.set(link.address, link);
  else if (known !== link) link.close();
  return known ?? link;
}

/** No more calls go there: the address may be another manager's later. */
export function forgetLink(link: Link): void {
  if (links.get(link.address) === link) links.delete(link.address);
  link.close();
}

let current: Link | undefined;

/** Runs `read`, in which references without an address are the server's there. */
function readingFor<A>(link: Link, read: () => A): A {
  current = link;
  try {
    return read();
  } finally {
    current = undefined;
  }
}

/** The connection whose message is being read. */
export function speaking(): Link {
  if (current !== undefined) return current;
  throw new TypeError("Cannot use a reference to a manager's object without its manager's address");
}
