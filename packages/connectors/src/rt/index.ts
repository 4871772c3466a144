import { defineConnector, plainTextForm, sameAddress, secret, trackerAddress } from '@lockstep/sdk';
import { z } from 'zod';
import { createAttachments } from './attachments.ts';
import { check } from './check.ts';
import { createComments } from './comments.ts';
import { createItems } from './items.ts';
import { createLinks } from './links.ts';
import { readSchema } from './schema.ts';
import { createSession } from './session.ts';
import { createUsers } from './users.ts';

const config = z.object({
  url: trackerAddress().meta({
    title: 'Address',
    description: 'Of RT’s start page, e.g. https://rt.example.com',
  }),
  token: secret('Token'),
});

const scope = z.object({
  queue: z.string().min(1).meta({ title: 'Queue', description: 'Its name or its number' }),
  marker: z.string().default('External ID').meta({
    title: 'Marker field',
    description: 'A custom field of the queue in which Lockstep marks the tickets it makes; empty: none',
  }),
  priorities: z.string().default('Low=0, Medium=50, High=100').meta({
    title: 'Priorities',
    description: 'Their names and least numbers, as in RT’s PriorityAsString; empty: priorities are numbers',
  }),
  statuses: z.string().default('').meta({
    title: 'Statuses',
    description: 'Of a lifecycle other than RT’s default one, closed ones with a star: new, open, done*',
  }),
});

export const rt = defineConnector({
  id: 'rt',
  title: 'Request Tracker',
  config,
  scope,
  place: ({ url }, { queue = '' }) => `${sameAddress(url)} ${queue.toLowerCase()}`,
  connect(connection, side, host) {
    const session = createSession({ ...connection, ...side }, host);
    const items = createItems(session);
    const marked = side.marker.trim() !== '';
    const { find: _find, ...unmarked } = items;
    return {
      limits: {
        versioning: 'compare-and-set',
        deletes: 'on-read',
        marker: marked ? 'searchable' : 'none',
        timestampStep: 1000,
        indexLag: 0,
        answerHorizon: 120_000,
      },
      richText: plainTextForm,
      check: (signal) => check(session, host, signal),
      schema: (signal) => readSchema(session, signal),
      items: marked ? items : unmarked,
      comments: createComments(session),
      attachments: createAttachments(session),
      links: createLinks(session),
      users: createUsers(session),
    };
  },
});
