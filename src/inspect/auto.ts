import { host } from "../internal/host.ts";
import { debug } from "./debug.ts";

// Before the program's first line, or its first Waits would go unseen.
if (host.environment("FIBRIL_DEBUG") === "1") debug();
