const told = new Set<string>();

/** Says on standard error what debug mode found: once for each `key`, which names a line of the program. */
export function report(key: string, text: string): void {
  if (told.has(key)) return;
  told.add(key);
  console.error(`fibril debug: ${text}`);
}
