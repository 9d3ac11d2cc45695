/**
 * Patches before the program's first line: `node --import fibril/monkey/auto`,
 * `deno run --import fibril/monkey/auto`. The one module that does something when
 * it is imported.
 *
 * @module
 */

import { patchAll } from "./patch.ts";

patchAll();
