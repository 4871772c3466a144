import { createHttp } from '@lockstep/sdk';
import type { Connector } from '@lockstep/sdk';
import { describeConnector } from '@lockstep/sdk/testkit';
import type { Person, Subject } from '@lockstep/sdk/testkit';
import { createProject } from '../../../../scripts/trackers/projects.ts';
import { realTrackers } from '../../../../scripts/trackers/state.ts';
import { redmine } from './index.ts';

const host = {
  now: () => Date.now(),
  http: (options: Parameters<typeof createHttp>[0]) => createHttp(options, { now: () => Date.now() }),
};
const signal = AbortSignal.timeout(600_000);
const { redmine: server } = await realTrackers();
const severity = `cf_${server.customFieldIds.severity}`;
const reference = `cf_${server.customFieldIds.reference}`;

async function open(): Promise<Subject> {
  const project = await createProject('testkit');
  const connect = (apiKey: string): Connector =>
    redmine.connect(
      redmine.config.parse({ url: server.url, apiKey, markerField: server.markerField }),
      { project: project.identifier },
      host,
    );
  const alice = server.users['alice'];
  return {
    connector: connect(server.apiKey),
    person: person(String(alice?.id), connect(alice?.apiKey ?? '')),
    refused: connect('0'.repeat(40)),
  };
}

/** Somebody with a key of her own; what she does goes past the connection's account, not past Redmine. */
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

describeConnector('Redmine', {
  open,
  samples: {
    type: '1',
    title: 'subject',
    richText: 'description',
    emptied: 'due_date',
    option: severity,
    create: {
      description: 'one\n\ntwo **three**',
      priority_id: '3',
      assigned_to_id: String(server.users['bob']?.id),
      start_date: '2026-01-02',
      due_date: '2026-01-09',
      done_ratio: 20,
      estimated_hours: 2.5,
      [severity]: 'Low',
      [reference]: 'https://tracker.example/issues/12',
    },
    change: {
      priority_id: '4',
      due_date: null,
      done_ratio: 70,
      [severity]: 'Critical',
      description: 'other',
    },
  },
  gaps: {
    'link-is-set-once': 'Redmine has no links to other trackers; references are kept in a custom field.',
  },
});
