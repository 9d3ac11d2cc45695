// S3-5: named arguments come as one object, the last argument.
import { Process, SimpleQueue } from "fibril/process";

export function piao(done: SimpleQueue<string>, { name }: { readonly name: string }) {
  return done.put(`${name} is piaoing`);
}

if (import.meta.main) {
  const done = new SimpleQueue<string>();
  for (const name of ["Alex", "Egon", "Wu"]) {
    new Process({ target: piao, args: [done], kwargs: { name } }).start();
  }
  console.log("Main Process");
  const lines = [await done.get(), await done.get(), await done.get()];
  console.log(lines.sort().join("\n"));
}
