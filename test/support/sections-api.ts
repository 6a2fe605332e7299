/** A real HTTP server on a free port of this machine, that gives class sections page by page, and misbehaves when told. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Section {
  readonly data: { readonly id: string; readonly district: string; readonly name: string; readonly students: string[] };
  readonly uri: string;
}

export interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
}

/** Answers a request itself and gives true, or leaves it to the server. `nth` is its place among all, from 1. */
export type Mood = (request: IncomingMessage, response: ServerResponse, nth: number) => boolean;

export class SectionsApi {
  readonly asked: Asked[] = [];
  sections: readonly Section[];
  mood: Mood = () => false;
  private readonly token: string;
  private readonly server: Server;

  private constructor(sections: readonly Section[], token: string) {
    this.sections = sections;
    this.token = token;
    this.server = createServer((request, response) => this.answer(request, response));
  }

  static async start(sections: readonly Section[], token: string): Promise<SectionsApi> {
    const api = new SectionsApi(sections, token);
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** Behaves again, and has these. */
  reset(sections: readonly Section[]): void {
    this.sections = sections;
    this.mood = () => false;
    this.asked.length = 0;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/v1.1/sections`;
  }

  /** What was asked for since the last call, by path and query. */
  takeAsked(): string[] {
    return this.asked.splice(0).map(({ url }) => url);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { authorization } = request.headers;
    const nth = this.asked.push({ url: request.url ?? '', authorization });
    if (this.mood(request, response, nth)) return;
    const { pathname, searchParams } = new URL(request.url ?? '', this.origin);
    const isFound = pathname === '/v1.1/sections';
    if (!isFound || authorization !== `Bearer ${this.token}`) {
      sendJson(response, isFound ? 401 : 404, { error: 'refused' });
      return;
    }
    const limit = Number(searchParams.get('limit') ?? 100);
    const from = Number(searchParams.get('from') ?? 0);
    const link = (rel: string, at: number) => ({ rel, uri: `/v1.1/sections?limit=${limit}&from=${at}` });
    const links = [link('self', from)];
    if (from + limit < this.sections.length) links.push(link('next', from + limit));
    sendJson(response, 200, {
      data: this.sections.slice(from, from + limit),
      paging: { count: this.sections.length },
      links,
    });
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/**
 * Classes of one district with exactly this mean (times `classes` a whole number), and the standard deviation, the
 * sample's, as near to this as whole students allow.
 */
export function sectionsWith(classes: number, mean: number, deviation: number): Section[] {
  const total = Math.round(classes * mean);
  // Pairs of one larger and one smaller class are drawn apart until the spread is right; the sum stays.
  const sizes = Array.from({ length: classes }, (_, i) => Math.floor(total / classes) + (i < total % classes ? 1 : 0));
  const wanted = (classes - 1) * deviation ** 2;
  const spread = () => sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0);
  let gap = wanted - spread();
  for (let round = 0, moved = true; moved; round++) {
    moved = false;
    for (let i = 0; i < classes / 2; i++) {
      const j = classes - 1 - i;
      // The outer pairs move in more of the rounds, so that sizes fan out.
      if ((i * 16) / classes > 8 - (round % 8)) continue;
      const [low, high] = [sizes[j] ?? 0, sizes[i] ?? 0];
      const gain = 2 * (high - low + 1);
      if (gain > gap || low <= 1) continue;
      [sizes[j], sizes[i]] = [low - 1, high + 1];
      gap -= gain;
      moved = true;
    }
  }
  return sizes.map((size, index) => section(index + 1, size));
}

export function section(number: number, size: number): Section {
  const id = number.toString(16).padStart(24, '0');
  const students = Array.from({ length: size }, (_, i) => (number * 1000 + i).toString(16).padStart(24, 'a'));
  return { data: { id, district: 'd'.repeat(24), name: `Class ${number}`, students }, uri: `/v1.1/sections/${id}` };
}
