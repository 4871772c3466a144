import { expect } from 'vitest';
import type { Check } from './check.ts';
import { need } from './check.ts';

/** References to counterparts. */
export const linkChecks = {
  'link-is-set-once': {
    promises: 'setting the same link again changes nothing (P1)',
    async run(bench) {
      const links = need(bench.connector.links, '`links` facet');
      const item = await bench.create();
      const link = { url: 'https://tracker.example/issues/12?tab=all', title: 'EX-12' };
      await links.add(item.id, link, bench.signal);
      const version = (await bench.get(item.id)).version;
      await bench.tick();
      await links.add(item.id, link, bench.signal);
      const other = { url: 'https://tracker.example/issues/13', title: 'EX-13' };
      expect((await links.list(item.id, bench.signal)).map(({ url }) => url)).toEqual([link.url]);
      expect((await bench.get(item.id)).version, 'setting it again is no change').toBe(version);
      await links.add(item.id, other, bench.signal);
      const urls = (await links.list(item.id, bench.signal)).map(({ url }) => url);
      expect(new Set(urls)).toEqual(new Set([link.url, other.url]));
      expect(urls).toHaveLength(2);
    },
  },
} satisfies Record<string, Check>;
