import { createHttp } from '@lockstep/sdk';
import type { Connector } from '@lockstep/sdk';
import { describeConnector } from '@lockstep/sdk/testkit';
import type { Person, Subject } from '@lockstep/sdk/testkit';
import { createQueue } from '../../../../scripts/trackers/projects.ts';
import { realTrackers } from '../../../../scripts/trackers/state.ts';
import { rt } from './index.ts';

const host = {
  now: () => Date.now(),
  http: (options: Parameters<typeof createHttp>[0]) => createHttp(options, { now: () => Date.now() }),
};
const signal = AbortSignal.timeout(600_000);
const { rt: server } = await realTrackers();
const severity = `cf_${server.customFieldIds.severity}`;
const details = `cf_${server.customFieldIds.details}`;

async function open(): Promise<Subject> {
  const queue = await createQueue('testkit');
  const connect = (token: string): Connector =>
    rt.connect(rt.config.parse({ url: server.url, token }), rt.scope.parse({ queue: queue.name }), host);
  return {
    connector: connect(server.token),
    person: person('alice', connect(server.users['alice']?.token ?? '')),
    refused: connect(`1-${server.users['lockstep']?.id}-wrong`),
  };
}

/** Somebody with an own token; what she does goes past the connection's account, not past RT. */
function person(id: string, hers: Connector): Person {
  return {
    id,
    async edit(itemId, fields) {
      const [item] = await hers.items.get([itemId], signal);
      await hers.items.update(itemId, { fields, expected: item?.version ?? '' }, signal);
    },
    async comment(itemId, body) {
      await hers.comments?.create(itemId, { body, visibility: 'public' }, signal);
    },
    delete: async (itemId) => hers.items.delete?.(itemId, signal),
  };
}

describeConnector('Request Tracker', {
  open,
  samples: {
    type: 'ticket',
    title: 'subject',
    richText: 'description',
    editable: 'subject',
    emptied: 'due',
    option: severity,
    create: {
      description: 'one\n\ntwo **three**',
      owner: 'bob',
      requestors: ['alice', 'carol'],
      priority: 'Medium',
      due: '2027-03-04T05:06:07.000Z',
      [severity]: 'Low',
      [details]: 'four\n\n- five\n- six',
    },
    change: {
      status: 'open',
      priority: 'High',
      due: null,
      requestors: ['carol'],
      [severity]: 'Critical',
      [details]: 'seven',
    },
  },
  gaps: {
    'comment-can-be-edited': 'Request Tracker changes and deletes no messages.',
  },
});
