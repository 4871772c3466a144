import type { Client, IntegrationInput } from '@lockstep/api';

export const INTEGRATION = 'helpdesk-workshop';

const document = (interval: string): IntegrationInput => ({
  left: { connection: 'helpdesk' },
  right: { connection: 'workshop' },
  interval,
  enabled: true,
  startFrom: '2020-01-01',
  types: [
    {
      left: 'task',
      right: 'task',
      fields: [
        'title <-> title',
        'description <-> description',
        'status <-> status',
        'priority <-> priority',
        'severity <-> severity',
        'assignee <-> assignee',
        'due <-> due',
        'labels <-> labels',
      ],
      comments: { direction: '<->', internal: 'never' },
      attachments: '<->',
      reference: { left: 'reference', right: 'reference' },
    },
  ],
});

/** What `lockstep apply` does with a file, done over the same API. */
export async function applyIntegration(client: Client, interval: string): Promise<void> {
  for (const name of ['helpdesk', 'workshop'])
    await client.putConnection(name, { tracker: 'memory', config: { tracker: name } });
  await client.putIntegration(INTEGRATION, document(interval));
}
