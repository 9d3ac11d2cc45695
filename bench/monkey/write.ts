import { readFileSync, writeFileSync } from "node:fs";
import { HEADING } from "./section.ts";

/** Puts `section` into the place of the one that is in `file`, or before the last one. */
export function writeSection(file: string, section: string): void {
  const parts = readFileSync(file, "utf8").split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(HEADING));
  const text = `${section}\n\n`;
  if (at >= 0) parts[at] = text;
  else parts.splice(-1, 0, text);
  writeFileSync(file, parts.join(""));
}
