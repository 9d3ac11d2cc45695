import { host } from "../../internal/host.ts";
import { LoopExit } from "../../scheduler/deadlock.ts";

/** Told of the error that ended a thread. */
export type OnUncaught = (error: unknown, thread: { readonly name: string }) => void;

let onUncaught: OnUncaught = print;

export function setOnUncaught(next: OnUncaught | null): void {
  onUncaught = next ?? print;
}

/** Tells whoever is set; an error of theirs is printed, too. */
export function tellUncaught(error: unknown, thread: { readonly name: string }): void {
  try {
    onUncaught(error, thread);
  } catch (failure) {
    console.error("Exception in threading.excepthook:", failure);
    print(error, thread);
  }
}

export function print(error: unknown, { name }: { readonly name: string }): void {
  console.error(`Exception in thread ${name}:`, error);
  // Python has no twin of it, and would hang.
  if (error instanceof LoopExit) host.process.exitCode ||= 1;
}
