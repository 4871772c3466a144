import type { Client, IntegrationInput } from '@lockstep/api';
import type { Trackers } from '../../scripts/trackers/state.ts';
import { PRIORITIES, STATUSES } from './meaning.ts';
import type { PrivateRule } from './state.ts';

export const INTEGRATION = 'storm';

export interface Places {
  readonly project: string;
  readonly queue: string;
}

/** Both trackers, with the accounts that Lockstep has there. */
export async function putConnections(client: Client, trackers: Trackers): Promise<void> {
  await client.putConnection('desk', {
    tracker: 'redmine',
    config: { url: trackers.redmine.url, apiKey: trackers.redmine.apiKey },
  });
  await client.putConnection('support', {
    tracker: 'rt',
    config: { url: trackers.rt.url, token: trackers.rt.token },
  });
}

/** Redmine on the left, Request Tracker on the right, with all that both can hold. */
export function documentOf(places: Places, rule: PrivateRule, interval: string): IntegrationInput {
  return {
    left: { connection: 'desk', scope: { project: places.project } },
    right: { connection: 'support', scope: { queue: places.queue } },
    interval,
    startFrom: '2020-01-01',
    enabled: true,
    // A storm changes more at once than people do on a day: the brake would rightly stop it.
    brakes: { share: 1, atLeast: 100_000 },
    types: [
      {
        left: 'Bug',
        right: 'Ticket',
        fields: [
          'Subject <-> Subject',
          { left: 'Status', right: 'Status', options: STATUSES.map(([redmine, rt]) => [redmine, rt]) },
          { left: 'Priority', right: 'Priority', options: PRIORITIES.map(([redmine, rt]) => [redmine, rt]) },
          'Assignee <-> Owner',
          'Severity <-> Severity',
          'Due date <-> Due',
          'Description <-> Details',
          'Request <- Description',
        ],
        comments: { direction: '<->', internal: rule },
        attachments: '<->',
        reference: { left: 'Reference', right: 'link' },
      },
    ],
  };
}
