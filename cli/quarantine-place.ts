import type { QuarantinePlace } from '../core/quarantine/place.ts';
import { isAws, refuseLocal } from './command.ts';
import { tellWaiting } from './progress.ts';

interface Asked {
  readonly target: string;
  readonly stage: string;
  readonly state: string;
  /** Where mended rows land, of what is about a landing folder. */
  readonly landing?: string;
}

const DEPLOYED = 'a deployed stage has a lake and a landing bucket of its own';

/** @throws LandfallError exit code 2 where an option says something of a laptop that was asked of a stage */
export async function openQuarantine(args: readonly string[], asked: Asked): Promise<QuarantinePlace> {
  if (!isAws(asked)) {
    const { localQuarantine } = await import('../adapters/local/quarantine.ts');
    return localQuarantine(asked.state, asked.landing ?? '', tellWaiting);
  }
  refuseLocal(args, { state: DEPLOYED, landing: DEPLOYED });
  const [{ deployedQuarantine }, { openStage }] = await Promise.all([
    import('../adapters/aws/quarantine.ts'),
    import('../adapters/aws/stage.ts'),
  ]);
  const next = `their arrival loads them, and landfall status${where(asked)} tells when they are`;
  return deployedQuarantine(await openStage(asked.stage), next);
}

/** The options by which the next command asks the same place. */
export function where({ target, stage }: Pick<Asked, 'target' | 'stage'>): string {
  return target === 'aws' ? ` --target aws --stage ${stage}` : '';
}
