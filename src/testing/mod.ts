/**
 * The test kit: virtual time, seeded schedules, traces, assertions.
 *
 * @module
 */
export { type PrintOptions, printRunInfo } from "../inspect/print-run-info.ts";
export { type LeakProbe, type Living, registerLeakProbe } from "../scheduler/leak-probes.ts";
export { type AssertNoLeaksOptions, assertNoLeaks } from "./assert-no-leaks.ts";
export { type AssertSwitchesOptions, assertSwitches } from "./assert-switches.ts";
export type { Leak } from "./census.ts";
export { type ExploreOptions, explore } from "./explore.ts";
export { noSwitch } from "./no-switch.ts";
export { type Trace, trace } from "./trace.ts";
export { type VirtualHub, type VirtualHubOptions, virtualHub } from "./virtual-hub.ts";
