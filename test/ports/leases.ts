/** What every keeper of leases holds to. */

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Lease, Leases } from '../../adapters/aws/ledger/types.ts';
import type { Clock } from '../../core/ports.ts';

export interface LeasesUnderTest {
  /** Over the same leases, with a clock of its own. */
  open(clock: Clock): Leases;
}

const MINUTE = 60_000;
let next = 0;
/** A data set that no other test knows. */
const fresh = () => `set-${next++}`;

export function leasesContract(name: string, subject: () => LeasesUnderTest, runs: number): void {
  describe(`leases: ${name}`, () => {
    const at = (time: { now: number }) => subject().open({ now: () => time.now });
    const lost = { problems: [{ code: 'lost-lease' }] };

    it('one has it, and the next gets it with a greater token', async () => {
      const [leases, dataset] = [at({ now: 1000 }), fresh()];
      const first = await leases.acquire(dataset, 'a', MINUTE);
      expect(first).toMatchObject({ dataset, owner: 'a', expiresAt: 1000 + MINUTE });
      expect(await leases.acquire(dataset, 'b', MINUTE)).toBeNull();
      expect(await leases.release(first as Lease)).toBe('dirty');
      expect(await leases.acquire(dataset, 'c', MINUTE)).toBeNull();
      expect(await leases.release(first as Lease)).toBe('dirty');
      expect(await leases.release(first as Lease)).toBe('released');
      const second = await leases.acquire(dataset, 'b', MINUTE);
      expect(second?.token).toBeGreaterThan(first?.token ?? Number.POSITIVE_INFINITY);
      expect(await leases.acquire(fresh(), 'a', MINUTE)).not.toBeNull();
    });

    it('of many that come at once one gets it, and is told of the others', async () => {
      const [leases, dataset] = [at({ now: 1000 }), fresh()];
      const owners = Array.from({ length: 30 }, (_, index) => `owner-${index}`);
      const held = (await Promise.all(owners.map((owner) => leases.acquire(dataset, owner, MINUTE)))).filter(
        (lease) => lease !== null,
      );
      expect(held).toHaveLength(1);
      expect(await leases.release(held[0] as Lease)).toBe('dirty');
      expect(await leases.release(held[0] as Lease)).toBe('released');
    });

    it('it runs out, and whoever had it is told', async () => {
      const [time, dataset] = [{ now: 1000 }, fresh()];
      const leases = at(time);
      const first = (await leases.acquire(dataset, 'a', MINUTE)) as Lease;
      time.now += MINUTE;
      const second = (await leases.acquire(dataset, 'b', MINUTE)) as Lease;
      expect(second.token).toBeGreaterThan(first.token);
      await expect(leases.renew(first, MINUTE)).rejects.toMatchObject(lost);
      await expect(leases.release(first)).rejects.toMatchObject(lost);
      expect(await leases.release(second)).toBe('released');
    });

    it('renewed it goes on, past its end, too, where nobody has taken it', async () => {
      const [time, dataset] = [{ now: 1000 }, fresh()];
      const leases = at(time);
      const lease = (await leases.acquire(dataset, 'a', MINUTE)) as Lease;
      time.now += 2 * MINUTE;
      expect(await leases.renew(lease, MINUTE)).toEqual({ ...lease, expiresAt: time.now + MINUTE });
      time.now += MINUTE - 1;
      expect(await leases.acquire(dataset, 'b', MINUTE)).toBeNull();
    });

    it('the same owner gets it again, with a new token, and is told of who came before', async () => {
      const [leases, dataset] = [at({ now: 1000 }), fresh()];
      const first = (await leases.acquire(dataset, 'a', MINUTE)) as Lease;
      await leases.acquire(dataset, 'b', MINUTE);
      const again = (await leases.acquire(dataset, 'a', MINUTE)) as Lease;
      expect(again.token).toBeGreaterThan(first.token);
      await expect(leases.renew(first, MINUTE)).rejects.toMatchObject(lost);
      expect(await leases.release(again)).toBe('dirty');
    });

    it('given back twice it is given back, as where the first answer got lost', async () => {
      const [leases, dataset] = [at({ now: 1000 }), fresh()];
      const lease = (await leases.acquire(dataset, 'a', MINUTE)) as Lease;
      expect(await leases.release(lease)).toBe('released');
      expect(await leases.release(lease)).toBe('released');
    });

    it('whatever happens, two never have it, tokens grow, and nobody who came is forgotten', async () => {
      const step = fc.oneof(
        fc.record({ do: fc.constantFrom('acquire', 'renew', 'release', 'die' as const), who: fc.nat(2) }),
        fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: MINUTE }) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
          const [time, dataset] = [{ now: 1000 }, fresh()];
          const leases = at(time);
          /** By worker: what it believes to have. */
          const held = new Map<number, Lease>();
          let greatest = 0;
          /** Someone came and was sent away, and nobody has begun or been told since. */
          let waiting = false;
          const isValid = (lease: Lease) => lease.token === greatest && lease.expiresAt > time.now;
          for (const one of steps) {
            if (one.do === 'wait') {
              time.now += one.ms;
              continue;
            }
            const { who } = one;
            const mine = held.get(who);
            if (one.do === 'die') held.delete(who);
            else if (one.do === 'acquire') {
              const others = [...held].filter(([other, lease]) => other !== who && isValid(lease));
              const lease = await leases.acquire(dataset, `${who}`, MINUTE);
              if (lease === null) waiting = true;
              else {
                expect(others).toEqual([]);
                expect(lease.token).toBeGreaterThan(greatest);
                greatest = lease.token;
                held.set(who, lease);
                // It begins after whoever came; that it may be told of them again costs one round.
                waiting = false;
              }
            } else if (mine !== undefined) {
              const isNewest = mine.token === greatest;
              const told: Promise<Lease | 'released' | 'dirty' | null> = (
                one.do === 'renew' ? leases.renew(mine, MINUTE) : leases.release(mine)
              ).catch(() => null);
              const answer = await told;
              expect(answer !== null).toBe(isNewest);
              if (answer === null || answer === 'released') held.delete(who);
              else if (answer !== 'dirty') held.set(who, answer);
              if (answer === 'released') expect(waiting).toBe(false);
              if (answer === 'dirty') waiting = false;
            }
            expect([...held.values()].filter(isValid).length).toBeLessThanOrEqual(1);
          }
        }),
        { numRuns: runs },
      );
    });
  });
}
