import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** The section of `file` that begins with `heading`; empty if there is none. */
export function sectionIn(file: string, heading: string): string {
  if (!existsSync(file)) return "";
  return partsOf(file).find(beginsWith(heading))?.trimEnd() ?? "";
}

/** Puts `section` into the place of the one of its heading that is in `file`, or before the last one. */
export function writeSection(file: string, section: string): void {
  const parts = partsOf(file);
  const [heading = ""] = section.split("\n", 1);
  const at = parts.findIndex(beginsWith(heading));
  const text = `${section}\n\n`;
  if (at >= 0) parts[at] = text;
  else parts.splice(-1, 0, text);
  writeFileSync(file, parts.join(""));
}

const partsOf = (file: string): string[] => readFileSync(file, "utf8").split(/^(?=## )/m);

const beginsWith = (heading: string) => (part: string) => part.startsWith(`${heading}\n`);
