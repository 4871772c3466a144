import { defineConnector, markdownForm } from '@lockstep/sdk';
import type { ChangePage, Item, Receipt, Schema, User } from '@lockstep/sdk';
import { z } from 'zod';

/** Items per page of a memory tracker. */
const PAGE = 100;

/** The built-in tracker where it lives in another process: `TrackerHost` serves it. */
export const networkMemory = defineConnector({
  id: 'memory',
  title: 'In-memory tracker of another process',
  config: z.strictObject({ url: z.url(), tracker: z.string() }),
  scope: z.strictObject({}),
  place: ({ url, tracker }) => `${url} ${tracker}`,
  connect({ url, tracker }, _scope, host) {
    const http = host.http({ baseUrl: `${url}/${tracker}/` });
    const read = async <T>(call: string, signal: AbortSignal, given: unknown = null): Promise<T> => {
      const query = { given: JSON.stringify(given) };
      return (await http.json({ path: call, query, signal }, z.unknown())).data as T;
    };
    const write = async <T>(call: string, signal: AbortSignal, given: unknown): Promise<T> =>
      (await http.json({ method: 'POST', path: call, json: given, signal }, z.unknown())).data as T;
    return {
      limits: {
        versioning: 'compare-and-set',
        deletes: 'on-read',
        marker: 'searchable',
        timestampStep: 1,
        indexLag: 0,
        answerHorizon: 1_000,
      },
      richText: markdownForm,
      check: async (signal) => ({
        account: await read<User>('self', signal),
        product: `memory tracker ${tracker}`,
        warnings: [],
      }),
      schema: (signal) => read<Schema>('schema', signal),
      items: {
        async *changes(from, signal) {
          for (let at = from; ;) {
            const page = await read<ChangePage>('changes', signal, at);
            yield page;
            if (page.changes.length < PAGE) return;
            at = { after: page.next };
          }
        },
        get: (ids, signal) => read<readonly Item[]>('get', signal, ids),
        find: (marker, signal) => read<readonly Item[]>('find', signal, marker),
        create: (draft, signal) => write<Receipt>('create', signal, draft),
        update: (id, patch, signal) => write<Receipt>('update', signal, { id, patch }),
      },
    };
  },
});
