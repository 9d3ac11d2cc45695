import { show } from "../../fiber/body.ts";
import type { AnyClass } from "../codec/classes.ts";
import type { AnyFunction } from "../naming/function-ref.ts";
import { isPublic } from "./server/exposed.ts";

/** How a type is registered with a manager. */
export interface RegisterOptions {
  /** The methods that may be called; all public ones if absent. */
  readonly exposed?: readonly string[] | undefined;
  /** What these methods give stays in the server: the caller gets a proxy of that type. */
  readonly methodToTypeid?: Readonly<Record<string, string>> | undefined;
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

/** Those of a class of managers; its subclasses have them, too. */
const registries: WeakMap<object, Map<string, Registration>> = new WeakMap();

/** Gives the class. */
export function addType<M extends AnyClass>(
  manager: M,
  typeid: string,
  registration: Registration,
): M {
  const { callable } = registration;
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
