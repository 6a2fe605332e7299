/** All pages of an API, one after the other, each kept before the next is asked for. */

import type { SourceApi } from '../contracts/types.ts';
import { LandfallError } from '../problems.ts';
import { fetchPage, type Line } from './fetch-page.ts';
import { firstPage, shown } from './links.ts';

/** What has been fetched; it outlives the process. */
export interface Fetched {
  /** The addresses of the pages. */
  readonly links: ReadonlySet<string>;
  readonly records: number;
  /** The address of the page to fetch next; null where there is none, undefined before the first. */
  readonly next: string | null | undefined;
  /** Keeps a page, whole or not at all. */
  add(page: {
    readonly link: string;
    readonly records: readonly string[];
    readonly next: string | null;
  }): Promise<void>;
}

/**
 * Fetches what is missing.
 * @throws LandfallError as `fetchPage`, and where the pages have no end
 */
export async function fetchAll(
  api: SourceApi,
  fetched: Fetched,
  line: Line,
  onPage: (pages: number, records: number) => void,
): Promise<void> {
  let link = fetched.next === undefined ? firstPage(api.url, api.pageSize) : fetched.next;
  while (link !== null) {
    if (fetched.links.has(link)) {
      throw endless(`the link "${api.next.rel}" leads back to a page that was read already, ${shown(link)}`);
    }
    if (fetched.links.size >= api.maxPages) {
      const most = `${api.maxPages} ${api.maxPages === 1 ? 'page' : 'pages'}`;
      throw endless(`there is a link "${api.next.rel}" still after ${most}, at ${shown(link)}`);
    }
    const { records, next } = await fetchPage(link, api, line);
    await fetched.add({ link, records, next });
    onPage(fetched.links.size, fetched.records);
    link = next;
  }
}

function endless(message: string): LandfallError {
  const hint = 'nothing was landed; if the list is that long, raise maxPages of sourceApi or ask for larger pages';
  return new LandfallError({ code: 'endless-pages', message, hint });
}
