import { markdownForm } from '@lockstep/sdk';
import type { Connector, Limits } from '@lockstep/sdk';
import { createAttachments } from './attachments.ts';
import { createComments } from './comments.ts';
import { createItems } from './items.ts';
import { createLinks } from './links.ts';
import type { Quirks } from './quirks.ts';
import { schemaOf } from './schema.ts';
import { Session } from './session.ts';
import type { MemoryTracker } from './tracker.ts';
import { createUsers } from './users.ts';

/** A connector's view of a memory tracker, working as one of its accounts. */
export function connectMemory(tracker: MemoryTracker, account = 'sync'): Connector {
  const session = new Session(tracker, account);
  return {
    limits: limitsOf(tracker.quirks),
    richText: markdownForm,
    check: async (signal) => {
      signal.throwIfAborted();
      return {
        account: session.self(),
        product: `memory tracker ${tracker.name}`,
        clockSkew: 0,
        warnings: [],
      };
    },
    schema: async () => schemaOf(tracker.name, tracker.quirks.workflow === true, tracker.quirks.fields),
    items: createItems(session),
    comments: createComments(session),
    attachments: createAttachments(session),
    links: createLinks(session),
    users: createUsers(session),
  };
}

function limitsOf(quirks: Quirks): Limits {
  return {
    versioning: quirks.versioning ?? 'compare-and-set',
    deletes: 'on-read',
    marker: quirks.marker === false ? 'none' : 'searchable',
    timestampStep: quirks.timestampStep ?? 1,
    indexLag: quirks.indexLag ?? 0,
    answerHorizon: quirks.answerHorizon ?? 1_000,
  };
}
