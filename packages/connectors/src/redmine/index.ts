import { defineConnector, sameAddress, secret, trackerAddress } from '@lockstep/sdk';
import { z } from 'zod';
import { createApi } from './api.ts';
import { RedmineAttachments } from './attachments.ts';
import { checkConnection } from './check.ts';
import { RedmineComments } from './comments.ts';
import { DirectoryCache } from './directory.ts';
import { RedmineItems } from './items.ts';
import { commonMark } from './rich-text.ts';
import { textile } from './textile/form.ts';
import { readSchema } from './schema.ts';
import { RedmineUsers } from './users.ts';

const config = z.object({
  url: trackerAddress().meta({
    title: 'Address of Redmine',
    description: 'As in the browser, without the path of a page',
  }),
  apiKey: secret('API key'),
  textFormat: z
    .enum(['common_mark', 'textile'])
    .default('common_mark')
    .meta({ title: 'Text format', description: 'Administration → Settings → General → Text formatting' }),
  markerField: z.string().min(1).default('External ID').meta({
    title: 'Marker field',
    description: 'Name or number (cf_1) of a text custom field that is used as a filter',
  }),
  attachmentLimit: z
    .int()
    .positive()
    .default(5 * 1024 * 1024)
    .meta({
      title: 'Largest file in bytes',
      description: 'Administration → Settings → Files; 5 MiB unless changed',
    }),
});

const scope = z.object({
  project: z
    .string()
    .min(1)
    .meta({ title: 'Project', description: 'The identifier, as in the address of the project' }),
});

/** Redmine 4.2 to 6, one project. */
export const redmine = defineConnector({
  id: 'redmine',
  title: 'Redmine',
  config,
  scope,
  place: ({ url }, { project = '' }) => `${sameAddress(url)} ${project.toLowerCase()}`,
  connect(settings, { project }, host) {
    const baseUrl = settings.url.replace(/\/+$/, '');
    const http = createApi({ url: baseUrl, apiKey: settings.apiKey }, host);
    const directory = new DirectoryCache(http, { project, markerField: settings.markerField });
    const items = new RedmineItems(http, directory, baseUrl);
    return {
      limits: {
        versioning: 'timestamp',
        deletes: 'on-read',
        marker: 'searchable',
        timestampStep: 1_000,
        indexLag: 0,
        answerHorizon: 30_000,
      },
      richText: settings.textFormat === 'textile' ? textile : commonMark,
      check: async (signal) => checkConnection(http, await directory.fresh(signal), signal),
      schema: async (signal) => readSchema(http, await directory.fresh(signal), baseUrl, signal),
      items,
      comments: new RedmineComments(http, directory, items),
      attachments: new RedmineAttachments(http, items, settings.attachmentLimit),
      users: new RedmineUsers(http, directory),
    };
  },
});
