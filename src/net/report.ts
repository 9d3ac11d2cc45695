/** Says at once what went wrong in a server, which goes on. */
export function report({ name }: { readonly name: string }, what: string, error: unknown): void {
  console.error(`${name}: ${what}:`, error);
}
