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
      expect(await leases.release(first as Lease)).toBe(1);
      expect(await leases.acquire(dataset, 'c', MINUTE)).toBeNull();
      expect(await leases.release(first as Lease, 1)).toBe(2);
      expect(await leases.release(first as Lease, 2)).toBe(0);
      const second = await leases.acquire(dataset, 'b', MINUTE);
      expect(second?.token).toBeGreaterThan(first?.token ?? Number.POSITIVE_INFINITY);
      expect(await leases.acquire(fresh(), 'a', MINUTE)).not.toBeNull();
    });

    it('who has it is told, and whether it is waited for, until it is given back or runs out', async () => {
      const [time, dataset] = [{ now: 1000 }, fresh()];
      const leases = at(time);
      expect(await leases.holder(dataset)).toBeNull();
      const lease = (await leases.acquire(dataset, 'a', MINUTE)) as Lease;
      expect(await leases.holder(dataset)).toEqual({ owner: 'a', expiresAt: 1000 + MINUTE, isWaitedFor: false });
      await leases.acquire(dataset, 'b', MINUTE);
      expect(await leases.holder(dataset)).toMatchObject({ owner: 'a', isWaitedFor: true });
      expect(await leases.release(lease, 1)).toBe(0);
      expect(await leases.holder(dataset)).toBeNull();
      await leases.acquire(dataset, 'b', MINUTE);
      time.now += MINUTE;
      expect(await leases.holder(dataset)).toBeNull();
    });

    it('of many that come at once one gets it, and is told of the others', async () => {
      const [leases, dataset] = [at({ now: 1000 }), fresh()];
      const owners = Array.from({ length: 30 }, (_, index) => `owner-${index}`);
      const held = (await Promise.all(owners.map((owner) => leases.acquire(dataset, owner, MINUTE)))).filter(
        (lease) => lease !== null,
      );
      expect(held).toHaveLength(1);
      expect(await leases.release(held[0] as Lease)).toBe(29);
      expect(await leases.release(held[0] as Lease, 29)).toBe(0);
    });

    it('who came is told of until the holder has heard it: one that is killed in between forgets nobody', async () => {
      const [leases, dataset] = [at({ now: 1000 }), fresh()];
      const lease = (await leases.acquire(dataset, 'a', MINUTE)) as Lease;
      await leases.acquire(dataset, 'b', MINUTE);
      expect(await leases.release(lease)).toBe(1);
      expect(await leases.release(lease)).toBe(1);
      expect(await leases.release(lease, 1)).toBe(0);
      const next = (await leases.acquire(dataset, 'c', MINUTE)) as Lease;
      expect(await leases.release(next)).toBe(0);
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
      expect(await leases.release(second)).toBe(0);
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
      expect(await leases.release(again)).toBe(1);
    });

    it('given back twice it is given back, as where the first answer got lost', async () => {
      const [leases, dataset] = [at({ now: 1000 }), fresh()];
      const lease = (await leases.acquire(dataset, 'a', MINUTE)) as Lease;
      expect(await leases.release(lease)).toBe(0);
      expect(await leases.release(lease)).toBe(0);
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
          /** How many the newest holder was last told of. */
          let heard = 0;
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
                [waiting, heard] = [false, 0];
              }
            } else if (mine !== undefined) {
              const isNewest = mine.token === greatest;
              const told: Promise<Lease | number | null> = (
                one.do === 'renew' ? leases.renew(mine, MINUTE) : leases.release(mine, heard)
              ).catch(() => null);
              const answer = await told;
              expect(answer !== null).toBe(isNewest);
              if (answer === null || answer === 0) held.delete(who);
              else if (typeof answer === 'object') held.set(who, answer);
              if (answer === 0) expect(waiting).toBe(false);
              if (answer === 0) heard = 0;
              else if (typeof answer === 'number') {
                expect(answer).toBeGreaterThan(heard);
                [waiting, heard] = [false, answer];
              }
            }
            expect([...held.values()].filter(isValid).length).toBeLessThanOrEqual(1);
          }
        }),
        { numRuns: runs },
      );
    });
  });
}
