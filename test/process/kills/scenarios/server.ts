/** The server of a manager dies: whoever calls it is told. */
import { SocketError } from "../../../../src/net/socket-error.ts";
import { EOFError } from "../../../../src/process/connection/connection-errors.ts";
import { SyncManager } from "../../../../src/process/manager/manager.ts";
import { ProcessError } from "../../../../src/process/process-error.ts";
import type { Places } from "../plan.ts";
import { inTime, type Scenario } from "../scenario.ts";

/** It does not start, can't be reached, or is there no more. */
const TOLD = [ProcessError, SocketError, EOFError];

export const places: Places = {
  "server.listening": 1,
  "server.reported": 1,
  "server.admitted": 1,
  "server.called": 10,
  "server.replied": 10,
};

export function scenario(): Scenario {
  return {
    async round({ place, times }) {
      const manager = new SyncManager();
      let how: unknown;
      try {
        process.env["FIBRIL_KILL_AT"] = `${place}:${times}`;
        await inTime("the start", manager.start()).finally(() => {
          delete process.env["FIBRIL_KILL_AT"];
        });
        const dict = await inTime("a dict", manager.dict<number, number>());
        const fill = async () => {
          for (let i = 0; ; i++) await Promise.all([dict.set(i, i), dict.get(i)]);
        };
        await inTime("the end of the server", fill());
      } catch (error) {
        how = error;
      }
      await inTime("the shutdown", manager.shutdown());
      if (!TOLD.some((type) => how instanceof type)) throw how;
    },
    async end() {},
  };
}
