import { type PullHome, pull } from '../../adapters/aws/pull/pull.ts';
import { BearerSource } from '../../adapters/shared/http-source.ts';
import type { ProjectSource } from '../../core/pipeline/session.ts';
import { LandfallError } from '../../core/problems.ts';
import type { HttpSource } from '../../core/pull/fetch-page.ts';
import { type Handler, logger, observed } from '../shared/observe.ts';

export interface PullPlace extends Omit<PullHome, 'http'> {
  readonly source: Pick<ProjectSource, 'contracts'>;
  /** The data set that the function is for. */
  readonly dataset: string;
  /** Of the API; it goes nowhere but into the requests. */
  token(): Promise<string>;
}

/** One data set from its API, on its schedule; the new file's own event loads it. */
export function pullHandler(makePlace: () => Promise<PullPlace>): Handler {
  return observed(async () => {
    const place = await makePlace();
    const { dataset, source } = place;
    logger.appendKeys({ dataset });
    const api = source.contracts.find((one) => one.dataset === dataset)?.sourceApi;
    if (api === undefined) {
      const message = `the contract of "${dataset}" has no sourceApi`;
      throw new LandfallError({
        code: 'no-source-api',
        message,
        hint: 'deploy again: the stacks are made of contracts',
      });
    }
    const http: HttpSource = new BearerSource(api.token, { [api.token]: await place.token() });
    const { pages, resumed, records, repeated, key } = await pull({ ...place, http }, dataset, api);
    logger.info('pull', { pages, resumed, records, repeated, became: key === null ? 'nothing' : 'landed' });
    return { dataset, pages, pages_resumed: resumed, records, records_repeated: repeated, key };
  });
}
