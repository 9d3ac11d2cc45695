export type { BlockingCall, BlockingMode } from "./blocking.ts";
export { BlockingCallError, onBlocking } from "./blocking.ts";
export { detach } from "./detach.ts";
export type { PatchName } from "./modules.ts";
export {
  getOriginal,
  isModulePatched,
  isPatched,
  type PatchOptions,
  patch,
  patchAll,
  unpatch,
} from "./patch.ts";
