import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ProtectKey } from '../../adapters/duckdb/protect-key.ts';

const KEY = '0123456789abcdef0123456789abcdef';

/** What every keeper of the key holds to. @param open with the key where it is kept; null for none */
export function protectKeyContract(name: string, open: (key: string | null) => Promise<ProtectKey>): void {
  describe(`protect key: ${name}`, () => {
    it('is told by an id that is the same wherever the key is kept, and hashes under it', async () => {
      const key = await open(KEY);
      const hmac = (text: string) => createHmac('sha256', KEY).update(text).digest('hex');
      expect(key.keyId()).toBe(hmac('landfall-key-id').slice(0, 16));
      expect(key.hmac('größe')).toBe(hmac('größe'));
      expect(key.keyId()).not.toContain(KEY.slice(0, 4));
    });

    it.each([
      ['no-protect-key', null],
      ['short-protect-key', 'too short'],
    ])('%s only once it is asked for, and without a word of it', async (code, value) => {
      const key = await open(value);
      const ask = () => key.keyId();
      expect(ask).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ code })] }));
      expect(ask).not.toThrow('too short');
    });
  });
}
