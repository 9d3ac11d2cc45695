import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, outputOf, succeeds } from "./command.ts";

/** A peer that is no library of this repository: its program prints the same lines as child.ts. */
export interface Peer {
  readonly name: string;
  /** Its version, or undefined where it is not installed. */
  readonly version: string | undefined;
  /** What to install. */
  readonly hint: string;
  readonly command: Command;
  /** Ends what was made for it. */
  dispose(): void;
}

const here = (file: string): string => join(import.meta.dirname, "peers", file);

/** The system's Python, which is where Debian puts gevent. */
const python = process.env["PYTHON"] ?? "/usr/bin/python3";

/** `-P`: a script's own folder is not looked into, where gevent.py would be taken for gevent. */
const script = (file: string): Command => [python, "-P", here(file)];

function pythonPeer(name: string): Peer {
  const probe = `import platform, ${name}; print(${name}.__version__, "on Python", platform.python_version())`;
  return {
    name,
    version: outputOf([python, "-P", "-c", probe]),
    hint: `apt-get install python3-${name}`,
    command: script(`${name}.py`),
    dispose: () => {},
  };
}

function goPeer(): Peer {
  const folder = mkdtempSync(join(tmpdir(), "fibril-bench-"));
  const program = join(folder, "go-peer");
  const built = succeeds(["go", "build", "-o", program, here("go/main.go")]);
  return {
    name: "Go",
    version: built ? outputOf(["go", "version"])?.replace(/^go version go/, "") : undefined,
    hint: "apt-get install golang-go",
    command: [program],
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function findPeers(): readonly Peer[] {
  return [pythonPeer("gevent"), pythonPeer("greenlet"), goPeer()];
}
