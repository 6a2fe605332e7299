/** Names of pulled files: the time at which the pull ended, in UTC. */

const NAME = /^(\d{4}-\d\d-\d\dT\d{6}Z)(?:-(\d+))?[.]ndjson$/;

/** @param now milliseconds since 1970; @param nth from 1: which of the files of that second it is */
export function fileName(now: number, nth: number): string {
  const stamp = `${new Date(now).toISOString().slice(0, 19).replaceAll(':', '')}Z`;
  return `${stamp}${nth === 1 ? '' : `-${nth}`}.ndjson`;
}

/** The name of the last pull's file among all names of a folder; undefined where there is none. */
export function newestName(names: readonly string[]): string | undefined {
  const pulled = names.flatMap((name) => {
    const [, stamp, nth] = NAME.exec(name) ?? [];
    return stamp === undefined ? [] : [{ name, stamp, nth: Number(nth ?? 1) }];
  });
  pulled.sort((a, b) => (a.stamp === b.stamp ? a.nth - b.nth : a.stamp < b.stamp ? -1 : 1));
  return pulled.at(-1)?.name;
}
