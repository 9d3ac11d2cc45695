export { audit, type Escape } from "./audit.ts";
export { BlockingCallError, type BlockingMode } from "./blocking.ts";
export { type BlockingCall, type EventLoopBlocked, onBlocking } from "./blocking-events.ts";
export { type ChildProcessWaits, childProcess, type Output } from "./child-process-wait.ts";
export { detach } from "./detach.ts";
export { type DnsWaits, dns } from "./dns-wait.ts";
export { fetch } from "./fetch-wait.ts";
export { type FsWaits, fs } from "./fs-wait.ts";
export type { PatchName } from "./modules.ts";
export { type NetWaits, net } from "./net-wait.ts";
export {
  getOriginal,
  isModulePatched,
  isPatched,
  type PatchOptions,
  patch,
  patchAll,
  unpatch,
} from "./patch.ts";
export { type TimerOptions, type TimersWaits, timers } from "./timers-wait.ts";
