// S4-1: ThreadLocal: each fiber finds its own student, without handing it from call to call.
import { joinAll, sleep, spawn } from "fibril";
import { Local } from "fibril/local";
import { currentThread, Thread } from "fibril/threading";
