import { existsSync } from "node:fs";

/** A module of src/ that may not be written yet; `undefined` then. What fails inside it is an error. */
export async function moduleIfBuilt<T>(path: string): Promise<T | undefined> {
  const url = new URL(`../src/${path}`, import.meta.url);
  return existsSync(url) ? ((await import(url.href)) as T) : undefined;
}
