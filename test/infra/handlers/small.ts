/** A function without DuckDB. */
export async function handler({ name }: { readonly name: string }): Promise<string> {
  return `hello, ${name}`;
}
