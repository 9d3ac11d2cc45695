import { cpus, totalmem } from "node:os";

/** The machine in one line: figures of another one are not comparable. */
export function machine(): string {
  const all = cpus();
  const [first] = all;
  const clock = first === undefined || first.speed === 0 ? "" : `, ${first.speed} MHz`;
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${first?.model ?? "unknown CPU"} (${all.length} cores${clock}), ${memory} GB, ${process.platform} ${process.arch}`;
}

/** The date in the form of ISO 8601. */
export const today = (): string => new Date().toISOString().slice(0, 10);
