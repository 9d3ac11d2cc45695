/** What the compiler must accept and refuse of child processes: checked by `npm run types`, never run. */
import type { Wait } from "fibril";
import {
  type CompletedProcess,
  call,
  checkCall,
  checkOutput,
  PIPE,
  type PipeReader,
  type PipeWriter,
  Popen,
  type PopenOptions,
  type RunOptions,
  run,
  STDOUT,
} from "fibril/subprocess";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

// The options say what is piped, and whether it is text.
const silent = run(["true"]);
same<typeof silent, Wait<CompletedProcess<undefined, undefined>>>(true);
const captured = run(["ls"], { captureOutput: true });
same<typeof captured, Wait<CompletedProcess<Buffer, Buffer>>>(true);
const half = run("ls", { shell: true, stdout: PIPE, stderr: STDOUT, text: true });
same<typeof half, Wait<CompletedProcess<string, undefined>>>(true);
const latin = run(["ls"], { captureOutput: true, encoding: "latin1", timeout: "1 second" });
same<typeof latin, Wait<CompletedProcess<string, string>>>(true);
function runAs(options: RunOptions) {
  const any = run(["ls"], options);
  same<
    typeof any,
    Wait<CompletedProcess<string | Buffer | undefined, string | Buffer | undefined>>
  >(true);
}
void runAs;
const text = checkOutput(["ls"], { text: true, input: "x" });
same<typeof text, Wait<string>>(true);
const bytes = checkOutput(["ls"]);
same<typeof bytes, Wait<Buffer>>(true);
const code = call(["ls"], { stdin: 5 });
same<typeof code, Wait<number>>(true);

const child = new Popen(["cat"], { stdin: PIPE, stdout: PIPE, text: true });
same<typeof child.stdin, PipeWriter>(true);
same<typeof child.stdout, PipeReader<string>>(true);
same<typeof child.stderr, undefined>(true);
const both = child.communicate({ input: "x" });
same<typeof both, Wait<[stdout: string, stderr: undefined]>>(true);
const plain = new Popen(["ls"], { stdout: PIPE });
same<typeof plain.stdout, PipeReader<Buffer>>(true);
void new Popen(["wc"], { stdin: plain.stdout });
void new Popen(["wc"], { stdin: child.stdout });
function start(options: PopenOptions) {
  const any = new Popen(["ls"], options);
  same<typeof any.stdout, PipeReader<string | Buffer> | undefined>(true);
}
void start;

// @ts-expect-error: no such option
void run(["ls"], { captureoutput: true, text: true });
// @ts-expect-error: only the error output can follow the other
void run(["ls"], { stdout: STDOUT });
// @ts-expect-error: they say both themselves
void checkOutput(["ls"], { stdout: PIPE });
// @ts-expect-error: they say both themselves
void checkCall(["ls"], { check: false });
// @ts-expect-error: run alone knows a timeout
void new Popen(["ls"], { timeout: 5 });
// @ts-expect-error: arguments are strings
void run(["sleep", 5]);
// @ts-expect-error: it is no pipe
void new Popen(["ls"]).stdout.readAll();
