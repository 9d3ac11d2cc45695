import { context } from "../context.ts";

/** A module that starts processes when it is loaded would start itself over and over. */
export async function loadModule(module: string): Promise<object> {
  const current = context();
  current.loading = module;
  try {
    return await import(module);
  } finally {
    current.loading = undefined;
  }
}
