import type { SourceApi } from '../../../core/contracts/types.ts';

/** An API of a made-up shop. */
export const API: SourceApi = {
  url: 'https://shop.example/v1/items',
  table: 'items',
  token: 'LANDFALL_SHOP_TOKEN',
  prefix: 'items',
  records: 'data',
  key: 'uri',
  next: { list: 'links', rel: 'next', link: 'uri' },
  pageSize: { parameter: 'limit', value: 2 },
  maxPages: 5,
};
