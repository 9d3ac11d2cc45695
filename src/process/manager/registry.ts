import { show } from "../../fiber/body.ts";
import type { AnyClass } from "../codec/classes.ts";
import type { AnyFunction } from "../naming/function-ref.ts";
import { Proxied } from "./proxied.ts";
import { isPublic } from "./server/exposed.ts";

/** How a type is registered with a manager. */
export interface RegisterOptions {
  /** The methods that may be called; all public ones if absent. */
  readonly exposed?: readonly string[] | undefined;
  /** What these methods give stays in the server: the caller gets a proxy of that type. */
  readonly methodToTypeid?: Readonly<Record<string, string>> | undefined;
  /**
   * The class of its proxies, one that extends Proxied and calls the object by
   * `callMethod`, in all processes that register it so; by itself a proxy has the methods.
   */
  readonly proxytype?: typeof Proxied | undefined;
  /** Whether managers get a method of that name, which makes one; true if absent. */
  readonly createMethod?: boolean | undefined;
}

/** A type by which a manager's server makes objects. */
export interface Registration {
  readonly callable: AnyFunction | AnyClass | undefined;
  readonly options: RegisterOptions;
  /** The module that registered it, where the callable is looked for first. */
  readonly module: string | undefined;
}

/** By the name of the type. */
const proxytypes: Map<string, typeof Proxied> = new Map();

/** The class of proxies that was registered for a type. */
export function proxytypeOf(typeid: string): typeof Proxied | undefined {
  return proxytypes.get(typeid);
}

/** Those of a class of managers; its subclasses have them, too. */
const registries: WeakMap<object, Map<string, Registration>> = new WeakMap();

/** Gives the class. */
export function addType<M extends AnyClass>(
  manager: M,
  typeid: string,
  registration: Registration,
): M {
  const { callable, options } = registration;
  const { proxytype } = options;
  if (typeof typeid !== "string" || !isPublic(typeid)) {
    throw new TypeError(
      `Cannot register a type as ${show(typeid)}: pass a name without a leading _`,
    );
  }
  if (callable !== undefined && typeof callable !== "function") {
    throw new TypeError(
      `Cannot register ${show(callable)} as "${typeid}": pass a class or a function`,
    );
  }
  if (proxytype !== undefined) {
    if (!(proxytype.prototype instanceof Proxied)) {
      throw new TypeError(
        `Cannot register "${typeid}" with the proxytype ${show(proxytype)}: pass a class that extends Proxied`,
      );
    }
    proxytypes.set(typeid, proxytype);
  }
  let types = registries.get(manager);
  if (types === undefined) {
    types = new Map();
    registries.set(manager, types);
  }
  types.set(typeid, registration);
  return manager;
}

/** All of a class, those that it inherits included. */
export function typesOf(manager: object): Map<string, Registration> {
  const above: unknown = Object.getPrototypeOf(manager);
  const inherited = typeof above === "function" ? typesOf(above) : [];
  return new Map([...inherited, ...(registries.get(manager) ?? [])]);
}
