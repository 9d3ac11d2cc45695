/**
 * Patches before the program's first line: `node --import fibril/monkey/auto`,
 * `deno run --import fibril/monkey/auto`. The one module that does something when
 * it is imported. The options of `patchAll` may stand in the environment variable
 * `FIBRIL_PATCH`, in JSON: `FIBRIL_PATCH='{"fetch":false}'`.
 *
 * @module
 */

import { show } from "../fiber/body.ts";
import { host } from "../internal/host.ts";
import { type PatchOptions, patchAll } from "./patch.ts";

patchAll(optionsOf(host.environment("FIBRIL_PATCH")));

function optionsOf(text: string | undefined): PatchOptions {
  if (text === undefined || text === "") return {};
  try {
    return JSON.parse(text) as PatchOptions;
  } catch (error) {
    throw new TypeError(
      `Cannot read FIBRIL_PATCH, which is ${show(text)}: set the options of patchAll in JSON, {"fetch":false}`,
      { cause: error },
    );
  }
}
