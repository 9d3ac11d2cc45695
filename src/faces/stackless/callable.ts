type AnyFunction = (...args: never[]) => unknown;

/** What `self(...args)` does; `caller` is `self` once more, as the frame above which a call site lies. */
type OnCall = (self: object, args: unknown[], caller: AnyFunction) => void;

type Called<Args extends unknown[], Self> = (...args: Args) => Self;

/**
 * A base for objects that can be called, as Python's with `__call__`. What its
 * constructor gives is a function with the prototype, and so the members, of the
 * subclass; a call gives the object itself.
 */
export const Callable: abstract new <Args extends unknown[], Self>(
  onCall: OnCall,
) => Called<Args, Self> = class {
  constructor(onCall: OnCall) {
    const self = (...args: unknown[]) => {
      onCall(self, args, self);
      return self;
    };
    Object.setPrototypeOf(self, new.target.prototype);
    // Those are of the function, not of the object.
    for (const key of ["name", "length"] as const)
      delete (self as { name?: unknown; length?: unknown })[key];
    // biome-ignore lint/correctness/noConstructorReturn: it is what makes the object a function
    return self as never;
  }
} as never;
