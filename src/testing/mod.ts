/**
 * The test kit: virtual time, seeded schedules, traces.
 *
 * @module
 */
export { type Trace, trace } from "./trace.ts";
export {
  type ExploreOptions,
  explore,
  type VirtualHub,
  type VirtualHubOptions,
  virtualHub,
} from "./virtual-hub.ts";
