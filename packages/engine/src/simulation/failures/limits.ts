import { at, create, history, run } from './failure.ts';
import type { NamedFailure } from './failure.ts';

export const limits: readonly NamedFailure[] = [
  {
    name: 'too many requests fail the run',
    reason: 'A 429 says “later”, not “no”; taken for an error it parks items that nothing is wrong with.',
    source: 'https://github.com/pycontribs/jira/issues/1805',
    promise: 'P8',
    guard: {
      name: 'a refusal for too many requests is waited out',
      file: 'engine/src/run/tracker.ts',
      text: "if (known.kind !== 'rate-limited') throw known;",
      without: 'throw known;',
    },
    history: history([create('left'), run(at('left list', 'rate limit'))]),
  },
  {
    name: 'a storm of retries after a 429',
    reason:
      'Everybody tries again at once, before the time the tracker told; some trackers lock the account then.',
    source: 'https://github.com/pycontribs/jira/issues/1805',
    promise: 'P8',
    guard: {
      name: 'nobody sends before the time that the tracker told',
      file: 'engine/src/run/tracker.ts',
      text: "Math.max(now + 1_000, Date.parse(known.details.retryAt ?? '') || 0)",
      without: 'now',
    },
    play: async () => {
      const { ConnectorError } = await import('@lockstep/sdk');
      const { World, START } = await import('../../testing/world.ts');
      const told = START + 60_000;
      let early = 0;
      const world = new World({
        hooks: {
          left: {
            before: () => {
              if (world.time >= told) return;
              early += 1;
              // A storm that never ends would never end the test either.
              if (early > 50) world.time = told;
              throw new ConnectorError('rate-limited', 'too many requests', {
                retryAt: new Date(told).toISOString(),
              });
            },
          },
        },
      });
      world.left.create('alice', { title: 'One' });
      const { outcome } = await world.run();
      if (outcome !== 'succeeded') return [`the run ${outcome}`];
      // Whoever was under way learns of it once.
      return early > 1 ? [`${early} requests before the time that the tracker told (P8)`] : [];
    },
  },
  {
    name: 'two integrations share a scope',
    reason: 'Each takes the other’s copies for new items: everything is made twice, and then again.',
    source: 'https://docs.exalate.com/docs/prevent-duplicate-issues-exalate',
    promise: 'P1',
    guard: {
      name: 'a pair of scopes belongs to one integration',
      file: 'server/src/integrations/claims.ts',
      text: 'if (other !== undefined && other.id !== entry.id)',
      without: 'if (false)',
    },
    play: async () => {
      const { Claims } = await import('../../../../server/src/integrations/claims.ts');
      const configuration = {
        name: 'first',
        left: { connection: 'a', scope: {} },
        right: { connection: 'b', scope: {} },
        types: [],
        interval: 60,
      };
      // The same two places, from the other side and through another account on the same tracker.
      const again = {
        ...configuration,
        name: 'second',
        left: configuration.right,
        right: { connection: 'c', scope: {} },
      };
      const leadsTo = new Map([
        ['a', 'one'],
        ['b', 'two'],
        ['c', 'one'],
      ]);
      try {
        const placeOf = ({ connection }: { connection: string }) => leadsTo.get(connection) ?? '';
        new Claims(placeOf, [{ id: 'first', configuration }]).claim({ id: 'second', configuration: again });
        return ['two integrations were let into one pair of scopes (P1)'];
      } catch (error) {
        const { code } = error as { readonly code?: string };
        return code === 'scopes-claimed' ? [] : [`refused for another reason: ${String(error)}`];
      }
    },
  },
];
