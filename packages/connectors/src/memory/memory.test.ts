import { describeConnector } from '@lockstep/sdk/testkit';
import type { Quirks } from './quirks.ts';
import { openMemory, samples } from './testing/subject.ts';

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
  describeConnector(`memory ${name}`, { open: async () => openMemory(quirks), samples });

describeConnector('memory that drops a field silently', {
  open: async () => openMemory({ drops: ['severity', 'priority'] }),
  samples,
  gaps: {
    'create-gives-what-is-stored':
      'The dropped fields are missing from every receipt, for the engine to notice.',
    'update-gives-what-is-stored':
      'The dropped fields are missing from every receipt, for the engine to notice.',
  },
});
