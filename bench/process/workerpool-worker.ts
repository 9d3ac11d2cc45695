import workerpool from "workerpool";
import { inc, ms1 } from "./pool-work.ts";

workerpool.worker({ inc, ms1 });
