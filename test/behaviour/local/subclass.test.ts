import { joinAll, sleep, spawn } from "fibril";
import { Local } from "fibril/local";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const made: string[] = [];

class Session extends Local {
  requests = 0;
  readonly user: string;

  constructor(user: string) {
    super(user);
    this.user = user;
    made.push(user);
  }

  count(): number {
    return ++this.requests;
  }

  get title(): string {
    return `${this.user}: ${this.requests}`;
  }

  set title(user: string) {
    Object.assign(this, { user });
  }
}

test(
  "a subclass is constructed once in each fiber that touches it, with its arguments",
  virtually(function* () {
    made.length = 0;
    const session = new Session("Ann");
    expect([session.count(), session.count(), made]).toEqual([1, 2, ["Ann"]]);
    function* use() {
      session.count();
      yield* sleep(1);
      return [session.count(), session.user, Object.keys(session)];
    }
    const results = yield* joinAll([spawn(use), spawn(use)]);
    expect(results).toEqual(Array(2).fill([2, "Ann", ["requests", "user"]]));
    expect([made, session.requests]).toEqual([["Ann", "Ann", "Ann"], 2]);
    yield* spawn(() => 1);
    expect(made.length).toBe(3);
  }),
);

test(
  "its methods, getters and setters work on the running fiber's attributes",
  virtually(function* () {
    const session = new Session("Ann");
    session.title = "Bob";
    session.count();
    expect([session.title, yield* spawn(() => session.title)]).toEqual(["Bob: 1", "Ann: 0"]);
    expect(session instanceof Session && session instanceof Local).toBe(true);
  }),
);

test(
  "a copy is constructed anew and takes over the running fiber's attributes",
  virtually(function* () {
    const session = new Session("Ann");
    session.count();
    const copy = session.copy();
    expect([copy.count(), session.requests, copy instanceof Session]).toEqual([2, 1, true]);
    expect(yield* spawn(() => copy.title)).toBe("Ann: 0");
  }),
);

test(
  "a constructor that throws in a fiber throws at the touch, and is tried again",
  virtually(function* () {
    let fails = false;
    class Fragile extends Local {
      value = "begun";
      constructor() {
        super();
        if (fails) throw new Error("no");
        this.value = "made";
      }
    }
    const fragile = new Fragile();
    fails = true;
    const fiber = spawn(function* () {
      expect(() => fragile.value).toThrow("no");
      yield* sleep(1);
      return fragile.value;
    });
    yield* sleep();
    fails = false;
    expect([yield* fiber, fragile.value]).toEqual(["made", "made"]);
    fails = true;
    expect(yield* thrownBy(spawn(() => fragile.value).get())).toEqual(new Error("no"));
  }),
);

test(
  "a subclass of a subclass, one with locals inside, and one that reads itself",
  virtually(function* () {
    class Inner extends Local {
      depth = "inner";
    }
    class Outer extends Session {
      readonly inner = new Inner();
      greeting = `hello ${this.user}`;
    }
    const outer = new Outer("Ann");
    expect([outer.inner.depth, outer.greeting]).toEqual(["inner", "hello Ann"]);
    outer.greeting = "changed";
    expect(yield* spawn(() => [outer.inner.depth, outer.greeting, outer.count()])).toEqual([
      "inner",
      "hello Ann",
      1,
    ]);
  }),
);

test(
  "a constructor may make and touch other locals before it calls super",
  virtually(function* () {
    class Other extends Local {
      kind = "other";
    }
    const other = new Other();
    class Late extends Local {
      readonly kinds: string[];
      constructor() {
        const kinds = [new Other().kind, other.kind];
        super();
        this.kinds = kinds;
      }
    }
    const late = new Late();
    const look = () => [late.kinds, Object.keys(late), other.kind];
    const expected = [["other", "other"], ["kinds"], "other"];
    expect([look(), yield* spawn(look)]).toEqual([expected, expected]);
  }),
);

test(
  "a private field is one for all fibers",
  virtually(function* () {
    class Shared extends Local {
      #calls = 0;
      own = 0;
      call() {
        this.own++;
        return ++this.#calls;
      }
    }
    const shared = new Shared();
    shared.call();
    expect(yield* spawn(() => [shared.call(), shared.own])).toEqual([2, 1]);
  }),
);
