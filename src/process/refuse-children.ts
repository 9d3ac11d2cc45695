import { host } from "../internal/host.ts";
import { CHILD_MARK } from "./child-process.ts";
import { context } from "./context.ts";
import { ProcessError } from "./process-error.ts";

/** Each level of children is a process that waits for the next: more are a program that starts itself. */
const MOST_LEVELS = 16;

/** Throws where this process may not have children. */
export function refuseChildren(what: string): void {
  const { info, loading } = context();
  if (loading !== undefined) {
    throw new ProcessError(
      `Cannot ${what} while ${loading} is loaded in a child process, which would do so again: put what starts processes into \`if (import.meta.main) { … }\``,
    );
  }
  if (info === undefined) return refuseUnfrozen(what);
  if (info.daemon) {
    throw new ProcessError(
      `Cannot ${what} from the daemon "${info.name}": daemonic processes are not allowed to have children; leave out \`daemon\` there`,
    );
  }
  if (info.identity.length >= MOST_LEVELS) {
    throw new ProcessError(
      `Cannot ${what} from "${info.name}": it is ${MOST_LEVELS} processes below the main one; does a process start itself?`,
    );
  }
}

/** A bundled program that runs as its own child and does not know it would start itself over and over. */
function refuseUnfrozen(what: string): void {
  if (host.environment(CHILD_MARK) === undefined) return;
  throw new ProcessError(
    `Cannot ${what}: this is a child that runs the whole program again, since it is one file; begin that with \`if (!freezeSupport()) main()\``,
  );
}
