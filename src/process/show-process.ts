import { constants } from "node:os";
import type { ProcessState } from "./process-state.ts";

/** `<Process name='worker' pid=12 parent=11 stopped exitcode=-SIGTERM daemon>` */
export function showProcess(type: string, state: ProcessState): string {
  const { name, parentPid, child, isCurrent, daemon } = state;
  const pid = isCurrent ? process.pid : child?.pid;
  const parts = [
    `name='${name}'`,
    pid === undefined ? undefined : `pid=${pid}`,
    `parent=${parentPid ?? "None"}`,
    status(state),
    daemon ? "daemon" : undefined,
  ];
  return `<${type} ${parts.filter((part) => part !== undefined).join(" ")}>`;
}

function status({ isClosed, isCurrent, child, ending: { exitcode } }: ProcessState): string {
  if (isClosed) return "closed";
  if (exitcode !== undefined) return `stopped exitcode=${showExitcode(exitcode)}`;
  return isCurrent || child !== undefined ? "started" : "initial";
}

/** `-SIGKILL` where a signal was it. */
export function showExitcode(exitcode: number): string {
  const signals = Object.entries(constants.signals);
  const [name] = signals.find(([, number]) => number === -exitcode) ?? [];
  return name === undefined ? String(exitcode) : `-${name}`;
}
