/** What a page of an API says: its records, and where the next page is. */

import { pathOf } from '../contracts/format.ts';
import type { SourceApi } from '../contracts/types.ts';
import { LandfallError } from '../problems.ts';
import { elementsAt, valueAt } from './elements.ts';
import { follow, shown } from './links.ts';

export interface Page {
  /** One JSON text a record, as it came, on one line. */
  readonly records: readonly string[];
  /** The address of the next page; null where this is the last. */
  readonly next: string | null;
}

/**
 * @param url the page's own address
 * @throws LandfallError where the text is not JSON, has no records where they should be, or its next link leads elsewhere
 */
export function readPage(text: string, url: string, api: SourceApi): Page {
  const body = parsed(text, url);
  const records = elementsAt(text, pathOf(api.records));
  if (records === undefined) {
    throw unfit(url, `no list "${api.records}" of records, but ${kindOf(at(body, api.records))}`);
  }
  return { records, next: nextOf(body, url, api) };
}

/** What tells a record from others, as text; undefined where it has no such field. */
export function keyOf(record: string, path: string): string | undefined {
  const key = valueAt(record, pathOf(path));
  if (key === undefined || key === 'null') return undefined;
  // A text has several spellings; of numbers, a parser of doubles would take different ones for equal.
  return key.startsWith('"') ? JSON.stringify(JSON.parse(key)) : key;
}

function parsed(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body, which may be anybody's.
    throw unfit(url, text.trim() === '' ? 'nothing' : 'something that is not JSON');
  }
}

function nextOf(body: unknown, url: string, api: SourceApi): string | null {
  const { list, rel, link } = api.next;
  const entries = at(body, list);
  if (entries === undefined || entries === null) return null;
  if (!Array.isArray(entries)) throw unfit(url, `no list "${list}" of links, but ${kindOf(entries)}`);
  const entry = entries.find((one) => at(one, 'rel') === rel);
  const target = at(entry, link);
  // Some APIs end with an empty link.
  if (target === undefined || target === null || target === '') return null;
  if (typeof target !== 'string') throw unfit(url, `no text "${link}" as its link "${rel}", but ${kindOf(target)}`);
  return follow(target, url, `the link "${rel}"`);
}

/** The value at a path of own members; undefined where it does not lead there. */
function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of pathOf(path)) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing there';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function unfit(url: string, found: string): LandfallError {
  const message = `${shown(url)} answered with ${found}`;
  const hint = 'see what the API answers, and whether sourceApi names its parts rightly';
  return new LandfallError({ code: 'wrong-page', message, hint });
}
