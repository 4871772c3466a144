import { describeConnector } from '@lockstep/sdk/testkit';
import type { ConformanceOptions, Subject } from '@lockstep/sdk/testkit';
import { connectMemory } from './connector.ts';
import type { Quirks } from './quirks.ts';
import { MemoryTracker } from './tracker.ts';

const samples: ConformanceOptions['samples'] = {
  type: 'task',
  title: 'title',
  richText: 'description',
  option: 'priority',
  create: {
    description: 'one\n\ntwo **three**',
    status: 'open',
    priority: 'high',
    severity: 'major',
    assignee: 'alice',
    reporter: 'alice',
    due: '2027-03-04',
    labels: ['a', 'b'],
    reference: 'https://example.test/1',
  },
  change: { description: 'other', status: 'doing', priority: 'low', assignee: null, labels: ['b', 'c'] },
};

function open(quirks: Quirks): Subject {
  let time = Date.parse('2026-01-01T00:00:00.000Z');
  const tracker = new MemoryTracker('memory', () => time, quirks);
  tracker.addUser({ id: 'alice', login: 'alice', name: 'Alice', email: 'alice@example.test', active: true });
  return {
    connector: connectMemory(tracker),
    person: {
      id: 'alice',
      edit: async (id, fields) => tracker.edit('alice', id, fields),
      comment: async (id, body) => void tracker.comment('alice', id, body),
      delete: async (id) => tracker.delete(id),
    },
    refused: connectMemory(tracker, 'nobody'),
    wait: async (milliseconds) => {
      time += milliseconds;
    },
  };
}

const settings: Readonly<Record<string, Quirks>> = {
  'at its best': {},
  'with exact versions, a lagging index and small pages': {
    versioning: 'exact',
    indexLag: 3_000,
    pageSize: 3,
  },
  'with coarse timestamps and CRLF': {
    versioning: 'timestamp',
    timestampStep: 1_000,
    normalise: 'crlf',
    parts: false,
    pageSize: 2,
  },
  'without marker and private comments, with a workflow': {
    marker: false,
    privateComments: false,
    workflow: true,
  },
  'trimming its texts': { normalise: 'trim', largestFile: 300_000 },
};

for (const [name, quirks] of Object.entries(settings))
  describeConnector(`memory ${name}`, { open: async () => open(quirks), samples });

describeConnector('memory that drops a field silently', {
  open: async () => open({ drops: ['severity', 'priority'] }),
  samples,
  gaps: {
    'create-gives-what-is-stored':
      'The dropped fields are missing from every receipt, for the engine to notice.',
    'update-gives-what-is-stored':
      'The dropped fields are missing from every receipt, for the engine to notice.',
  },
});
