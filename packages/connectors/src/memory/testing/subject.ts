import type { ConformanceOptions, Subject } from '@lockstep/sdk/testkit';
import { connectMemory } from '../connector.ts';
import type { Quirks } from '../quirks.ts';
import { MemoryTracker } from '../tracker.ts';

export const samples: ConformanceOptions['samples'] = {
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

/** A memory tracker as the conformance kit wants it; its time moves only when the kit waits. */
export function openMemory(quirks: Quirks): Subject {
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
