import { createHash } from 'node:crypto';
import type { Hasher } from '../../core/ports.ts';

export const sha256: Hasher = { hash: (text) => createHash('sha256').update(text).digest('hex') };
