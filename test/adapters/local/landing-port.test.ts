import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';
import { LandingFolder } from '../../../adapters/local/landing.ts';
import { landingContract } from '../../ports/landing.ts';

const home = mkdtempSync(join(tmpdir(), 'landfall-landing-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

landingContract('a folder', async () => {
  const root = mkdtempSync(join(home, 'zone-'));
  const pathOf = (key: string) => join(root, 'landing', ...key.split('/'));
  mkdirSync(join(root, 'landing'));
  return {
    zone: new LandingFolder(join(root, 'landing'), join(root, 'scratch')),
    drop: async (key, content) => {
      mkdirSync(dirname(pathOf(key)), { recursive: true });
      writeFileSync(pathOf(key), content);
    },
    remove: async (key) => rmSync(pathOf(key)),
  };
});
