import { host } from "./host.ts";

interface OperatingSystem {
  readonly constants: { readonly signals: Readonly<Record<string, number>> };
}

/** The names of the signals that there are. */
export function signalNames(): readonly string[] {
  const os = host.process.getBuiltinModule("node:os") as OperatingSystem;
  return Object.keys(os.constants.signals);
}
