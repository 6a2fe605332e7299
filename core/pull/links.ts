/** Where a request with a token may go: to the origin that the contract, or the person who calls, named, and nowhere else. */

import { LandfallError } from '../problems.ts';

const LOOPBACK = /^(localhost|127([.]\d+){3}|\[::1\])$/;

/** What is wrong with the address of a first page, behind "the url"; undefined where nothing is. */
export function urlMistake(text: string, pageParameter?: string): string | undefined {
  const url = parse(text);
  if (url === undefined) return 'is no address, expected https://…';
  // The address is not shown: it has a password in it.
  if (url.username !== '' || url.password !== '') return 'has a user or a password in it, which belong nowhere near it';
  if (!isSafe(url)) return `"${shown(url)}" would send the token in clear, expected https, or http on this machine`;
  if (url.hash !== '') return `"${shown(url)}" has a part behind #, which no server sees`;
  if (pageParameter === undefined || !url.searchParams.has(pageParameter)) return undefined;
  return `"${shown(url)}" has the parameter "${pageParameter}" already, which is the page size's`;
}

/** Whether nobody on the way reads along: https, or this machine. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** The address of the first page. */
export function firstPage(url: string, pageSize?: { readonly parameter: string; readonly value: number }): string {
  const first = new URL(url);
  if (pageSize !== undefined) first.searchParams.set(pageSize.parameter, String(pageSize.value));
  return first.href;
}

/**
 * Where a link on a page, or a redirect, leads.
 * @param what names the link in the message
 * @throws LandfallError where it leads to another scheme, host or port, or is no address
 */
export function follow(link: string, from: string, what: string): string {
  const base = new URL(from);
  const target = parse(link, from);
  if (target === undefined) throw refusal(`${what} of ${shown(base)} is no address`);
  if (target.origin !== base.origin) {
    throw refusal(`${what} of ${shown(base)} leads to ${target.origin}, away from ${base.origin}`);
  }
  if (target.username !== '' || target.password !== '') {
    throw refusal(`${what} of ${shown(base)} has a user or a password in it`);
  }
  target.hash = '';
  return target.href;
}

/** An address for messages: without query, where there may be what is nobody's business. */
export function shown(url: URL | string): string {
  const { origin, pathname } = typeof url === 'string' ? new URL(url) : url;
  return `${origin}${pathname}`;
}

function refusal(message: string): LandfallError {
  const hint = 'the token stays where it is; if the API has moved, correct the url of sourceApi';
  return new LandfallError({ code: 'foreign-link', message: `${message}: not followed`, hint });
}

function parse(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
