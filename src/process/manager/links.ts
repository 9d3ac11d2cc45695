import { currentState } from "../current-state.ts";
import { Link } from "./link.ts";

/** This process's connections to managers, by address: all its fibers share one. */
const links: Map<string, Link> = new Map();

/** Where this process knows another key than its own. */
const keys: Map<string, Uint8Array> = new Map();

/** For a manager with a key of its own. */
export function useKey(address: string, key: Uint8Array): void {
  keys.set(address, new Uint8Array(key));
}

/** The connection to the manager there; it is made when it is first used. */
export function linkTo(address: string): Link {
  const known = links.get(address);
  if (known !== undefined) return known;
  const link = new Link(address, () => keys.get(address) ?? currentState().authkey, currentLink);
  links.set(address, link);
  return link;
}

let current: Link | undefined;

/** Runs `read`, in which references without an address are the server's there. */
function currentLink<A>(link: Link, read: () => A): A {
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
  throw new TypeError(
    "Cannot use a reference to a manager's object that does not say which manager",
  );
}
