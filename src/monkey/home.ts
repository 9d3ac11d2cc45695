/** Where fibril's `src/` or `dist/` lies; in a program's bundle it lies nowhere apart from the program. */
export const HOME: string | undefined =
  /^(.*\/)(?:src\/monkey|dist\/(?:monkey|shared))\/[^/]+$/.exec(
    new URL(import.meta.url).pathname,
  )?.[1];
