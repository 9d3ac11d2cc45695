import { joinAll, sleep, spawn } from "fibril";
const med = (a: number[]) => a.sort((x, y) => x - y)[a.length >> 1]!;
async function t(name: string, n: number, f: () => Promise<unknown>) { await f(); await f(); const a: number[] = []; for (let i = 0; i < 5; i++) { const s = performance.now(); await f(); a.push((performance.now() - s) * 1e6 / n) } console.log(name.padEnd(30), med(a).toFixed(1)) }
const N = 100000;
function* yielder(n: number) { for (let i = 0; i < n; i++) yield* sleep() }
function* ret(i: number) { return i }
function* sl(i: number) { yield* sleep(1 + i % 100) }
await t("2 fibers yield", N * 10, () => joinAll([spawn(yielder, N * 5), spawn(yielder, N * 5)]) as never);
await t("1000 fibers yield", N * 10, () => joinAll(Array.from({ length: 1000 }, () => spawn(yielder, 1000))) as never);
await t("spawn+joinAll 100k", N, () => spawn(function* () { const fs = []; for (let i = 0; i < N; i++) fs.push(spawn(ret, i)); yield* joinAll(fs) }) as never);
await t("100k sleepers", N, () => spawn(function* () { const fs = []; for (let i = 0; i < N; i++) fs.push(spawn(sl, i)); yield* joinAll(fs) }) as never);
