import { LandfallError } from '../../../../core/problems.ts';

/** @param table `schema.table` @param file the replay file, or the mended one that would be made into one */
export function cantReplay(table: string, file?: string): LandfallError {
  const where = file === undefined ? {} : { file };
  return new LandfallError({
    ...{ code: 'not-on-aws', ...where },
    message: `mended rows of ${table}, a table that each file replaces, can't be replayed on AWS`,
    hint: `${file === undefined ? '' : 'remove the file, and '}drop the whole file again with its rows mended`,
  });
}
