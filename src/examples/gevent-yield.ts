// S4-27: two greenlets that make way for each other by sleep(0).
import { joinAll, sleep, spawn } from "fibril";

function* fun1() {
  console.log("www.baidu.com");
  yield* sleep(0);
  console.log("end the baidu.com");
}

function* fun2() {
  console.log("www.zhihu.com");
  yield* sleep(0);
  console.log("end the zhihu.com");
}

await joinAll([spawn(fun1), spawn(fun2)]);
