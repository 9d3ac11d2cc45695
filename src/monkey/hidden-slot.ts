/** A property of the host's objects that nobody else sees. A WeakMap costs twenty times as much. */
export interface HiddenSlot<T> {
  get(target: object): T | undefined;
  set(target: object, value: T): void;
}

/** Whatever it is called with is what `new` gives: so a subclass puts its private field there. */
class Given {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is how it comes by the target
    return target;
  }
}

export function hiddenSlot<T>(): HiddenSlot<T> {
  return class Slot extends Given {
    #value: T;

    private constructor(target: object, value: T) {
      super(target);
      this.#value = value;
    }

    static get(target: object): T | undefined {
      return #value in target ? target.#value : undefined;
    }

    static set(target: object, value: T): void {
      if (#value in target) target.#value = value;
      else new Slot(target, value);
    }
  };
}
