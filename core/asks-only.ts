const READS = /^(\s|\(|--.*\n|\/\*.*?\*\/)*(SELECT|WITH|VALUES|TABLE)\b/is;

/** Whether a statement begins as a question does; an engine's own rights decide what it may read. */
export function asksOnly(sql: string): boolean {
  return READS.test(sql);
}
