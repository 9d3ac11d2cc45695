/** How the objects of a class go to another process, and come back as such. */
export interface ClassCodec {
  /** The same in every process. */
  readonly name: string;
  readonly type: AnyClass;
  /** Gives what to send: any value that can go, other registered objects included. */
  readonly pack: (object: never) => unknown;
  /** Gives the object of what `pack` gave, in the other process. */
  readonly unpack: (data: never) => object;
  /** The module that registers it, which the other process imports; none for fibril's own. */
  readonly module: string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a class with any constructor, abstract ones included
export type AnyClass = abstract new (...args: any[]) => object;

const CLASSES = Symbol.for("fibril/process/classes/1");
const ERRORS = Symbol.for("fibril/process/errors/1");

/** On the global object: a program with two copies of fibril has one registry. */
const shared = globalThis as {
  [CLASSES]?: {
    readonly byName: Map<string, ClassCodec>;
    readonly byType: Map<unknown, ClassCodec>;
  };
  [ERRORS]?: Map<string, ErrorClass>;
};

function classes() {
  return (shared[CLASSES] ??= { byName: new Map(), byType: new Map() });
}

/** Later registrations of a name take the place of earlier ones: a module may be loaded twice. */
export function addClass(codec: ClassCodec): void {
  const { byName, byType } = classes();
  byName.set(codec.name, codec);
  byType.set(codec.type.prototype, codec);
}

/** By its own class only: an object of a subclass would come back as one of the class. */
export function classOf(object: object): ClassCodec | undefined {
  return classes().byType.get(Object.getPrototypeOf(object));
}

export function classNamed(name: string): ClassCodec | undefined {
  return classes().byName.get(name);
}

interface ErrorClass {
  readonly name: string;
  readonly prototype: object;
  readonly module: string | undefined;
}

/** Errors of the class come back as such, by their data: its constructor is not run. */
export function addErrorClass(name: string, type: AnyClass, module: string | undefined): void {
  const { prototype } = type;
  errors().set(name, { name, prototype, module });
}

/** In front of the names of fibril's: a program may have an `Empty` of its own. */
const OWN = "fibril/";

/** As `addErrorClass`, for one of fibril's, which `module` adds. */
export function addOwnError(type: AnyClass, module: string): void {
  addErrorClass(`${OWN}${type.name}`, type, module);
}

function errors(): Map<string, ErrorClass> {
  return (shared[ERRORS] ??= new Map());
}

/** The registered class of an error. */
export function errorClassOf(error: object): ErrorClass | undefined {
  const prototype: unknown = Object.getPrototypeOf(error);
  return errors()
    .values()
    .find((each) => each.prototype === prototype);
}

const BUILT_IN: readonly AnyClass[] = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
];

/** Whether a class of that module is registered here: then it need not be loaded. */
export function isLoaded(module: string): boolean {
  const isOf = (each: { readonly module: string | undefined }) => each.module === module;
  return classes().byName.values().some(isOf) || errors().values().some(isOf);
}

/**
 * What errors of a class of this name inherit from, where that is known.
 *
 * @param isTagged whether the error has a `_tag`: then it may be one of fibril's, from a process
 *   that does not know those by their names.
 */
export function errorPrototype(name: string, isTagged: boolean): object | undefined {
  const registered = errors().get(name);
  if (registered !== undefined) return registered.prototype;
  const builtIn = BUILT_IN.find((each) => each.name === name);
  if (builtIn !== undefined) return builtIn.prototype;
  return isTagged ? errors().get(`${OWN}${name}`)?.prototype : undefined;
}
