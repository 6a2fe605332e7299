/** Where the lake unloads what the warehouse is to fetch: a folder of the lake's bucket, of nothing else. */
export const EXPORTS = 'exports/';
