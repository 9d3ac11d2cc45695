/** What goes to console.error, one text a call, until `release`. */
export interface ErrorLines {
  readonly lines: readonly string[];
  /** Comes true with the first line that `isIt` takes. */
  until(isIt: (line: string) => boolean): Promise<void>;
  release(): void;
}

/** Takes console.error over: reports are read, and don't disturb the test's own output. */
export function takeErrors(): ErrorLines {
  const { error } = console;
  const lines: string[] = [];
  let tell = (_line: string): void => {};
  console.error = (...parts: unknown[]) => {
    const line = parts.map(String).join(" ");
    lines.push(line);
    tell(line);
  };
  return {
    lines,
    until: (isIt) =>
      new Promise((resolve) => {
        tell = (line) => isIt(line) && resolve();
        lines.forEach(tell);
      }),
    release: () => {
      console.error = error;
    },
  };
}
