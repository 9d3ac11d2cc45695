import { addClass } from "../codec/classes.ts";
import type { Link } from "./link.ts";
import { linkTo, speaking } from "./links.ts";
import { REFERENCE_CLASS, type Reference } from "./protocol.ts";
import { Proxied, packProxy } from "./proxied.ts";
import { classFor } from "./proxy-classes.ts";
import "../own-errors.ts";

/** Where a process that gets a reference finds what makes a proxy of it. */
export const REFERENCES_MODULE: string = import.meta.url;

/** The objects of a server in this process. */
interface Home {
  readonly server: string;
  find(id: number): object;
}

let home: Home | undefined;

/** Runs `read`, in which references to the server's own objects are these. */
export function readingAt<A>(server: Home, read: () => A): A {
  home = server;
  try {
    return read();
  } finally {
    home = undefined;
  }
}

/** One proxy for an object, as long as somebody here has it. */
const proxies: Map<string, WeakRef<Proxied>> = new Map();

/** How often the server was told, or knows, that this process has the object: it is told when that is over. */
interface Held {
  readonly key: string;
  readonly link: Link;
  readonly object: number;
  count: number;
}

const held: WeakMap<Proxied, Held> = new WeakMap();

const collected: FinalizationRegistry<Held> = /* @__PURE__ */ new FinalizationRegistry(
  ({ key, link, object, count }: Held) => {
    if (proxies.get(key)?.deref() === undefined) proxies.delete(key);
    if (count > 0) link.drop(object, count);
  },
);

/** In its server the object's place, elsewhere a proxy. */
export function unpackReference(reference: Reference): object {
  return home?.server === reference.server ? home.find(reference.object) : proxyOf(reference);
}

function proxyOf(reference: Reference): Proxied {
  const isFromServer = reference.address === undefined;
  const link = isFromServer ? speaking() : linkTo(reference.address as string, reference.key);
  const key = `${link.address} ${reference.server} ${reference.object}`;
  const proxy = proxies.get(key)?.deref() ?? makeProxy(reference, link, key);
  const hold = held.get(proxy) as Held;
  // Got from another process, which has it for its whole life: from now on we have it as well.
  if (!isFromServer && hold.count === 0) link.hold(reference.object);
  if (isFromServer || hold.count === 0) hold.count++;
  return proxy;
}

function makeProxy(reference: Reference, link: Link, key: string): Proxied {
  const type = knownClass(classFor(reference));
  const proxy = new type(reference, link);
  const hold: Held = { key, link, object: reference.object, count: 0 };
  held.set(proxy, hold);
  collected.register(proxy, hold);
  proxies.set(key, new WeakRef(proxy));
  return proxy;
}

const sendable: Set<typeof Proxied> = new Set();

/** Its proxies can be sent from now on. */
function knownClass(type: typeof Proxied): typeof Proxied {
  if (sendable.has(type)) return type;
  sendable.add(type);
  addClass({
    name: REFERENCE_CLASS,
    type,
    module: REFERENCES_MODULE,
    pack: packProxy,
    unpack: unpackReference,
  });
  return type;
}

// Whoever loads this module to read a message finds the class by its name.
knownClass(Proxied);
