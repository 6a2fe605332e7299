/** What functions run on. */

import { LandfallError } from '../../core/problems.ts';

/** As Lambda names it: `arm64` costs a fifth less. */
export type LambdaArchitecture = 'arm64' | 'x86_64';

interface Platform {
  /** As npm names it, and the folders of DuckDB's bindings. */
  readonly cpu: string;
  /** `e_machine` of an ELF file. */
  readonly machine: number;
}

export const PLATFORMS: Readonly<Record<LambdaArchitecture, Platform>> = {
  arm64: { cpu: 'arm64', machine: 183 },
  x86_64: { cpu: 'x64', machine: 62 },
};

/** @param given the context's `lambdaArch`; arm64 where it is not given */
export function readArchitecture(given: unknown = 'arm64'): LambdaArchitecture {
  if (typeof given === 'string' && Object.hasOwn(PLATFORMS, given)) return given as LambdaArchitecture;
  throw new LandfallError({
    code: 'wrong-setting',
    message: `context lambdaArch: expected ${Object.keys(PLATFORMS).join(' or ')}, found ${JSON.stringify(given)}`,
    hint: 'leave it out for arm64; x86_64 is for running bundles on such a machine',
  });
}
