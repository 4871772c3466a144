import { ConnectorError } from '@lockstep/sdk';
import type { CheckReport, ConnectorHost } from '@lockstep/sdk';
import { noMarkerField } from './items.ts';
import type { Session } from './session.ts';
import { toUser } from './users.ts';
import { positionPage, ticket, version } from './wire.ts';

export async function check(
  session: Session,
  host: ConnectorHost,
  signal: AbortSignal,
): Promise<CheckReport> {
  const { data: product, headers } = await session.http
    .json({ path: 'rt', signal }, version)
    .catch(elsewhere);
  const told = Date.parse(headers.get('date') ?? '');
  const clockSkew = Number.isNaN(told) ? undefined : Math.trunc((told - host.now()) / 1000) * 1000;
  const account = await session.account(signal);
  if (account.Privileged !== '1') {
    throw new ConnectorError(
      'forbidden',
      `Request Tracker: the account "${account.Name}" is not privileged`,
      {
        remedy: 'Tick "Let this user be granted rights" for it in RT (Admin > Users).',
      },
    );
  }
  const model = await session.model(signal, true);
  await session.assureUtc(signal);
  const warnings: string[] = [];
  if (session.settings.marker.trim() === '') {
    warnings.push(
      'No custom field for markers is set: a create whose answer is lost is found again by its content only.',
    );
  } else if (model.markerField === undefined) throw noMarkerField(session);
  else if (model.customFields.find((field) => field.id === model.markerField)?.MaxValues !== '1') {
    throw new ConnectorError(
      'config',
      `Request Tracker: the custom field "${session.settings.marker}" takes several values`,
      {
        remedy: 'Use one of the type "Enter one value".',
      },
    );
  }
  if (!model.queue._hyperlinks.some((link) => link.ref === 'create')) {
    warnings.push(
      `The account may not create tickets in "${model.queue.Name}": it lacks the right CreateTicket.`,
    );
  }
  if (model.queue.Lifecycle !== 'default' && session.settings.statuses === '') {
    warnings.push(
      `The queue has the lifecycle "${model.queue.Lifecycle}", whose statuses RT does not tell: name them in the settings.`,
    );
  }
  warnings.push(...(await rights(session, model.queueId, signal)));
  return {
    account: toUser(account),
    product: `Request Tracker ${product.Version}`,
    ...(clockSkew === undefined ? {} : { clockSkew }),
    warnings,
  };
}

function elsewhere(error: unknown): never {
  if (!(error instanceof ConnectorError) || error.kind !== 'gone') throw error;
  throw new ConnectorError(
    'config',
    'Request Tracker: there is no RT with a REST 2 interface at this address',
    {
      ...error.details,
      cause: error,
      about: 'connection',
      remedy: 'Give the address of RT’s start page; RT must be version 5 or later.',
    },
  );
}

/** RT tells an account's rights only by what a ticket offers. */
async function rights(session: Session, queueId: string, signal: AbortSignal): Promise<readonly string[]> {
  const { data } = await session.http.json(
    {
      path: 'tickets',
      query: {
        query: `Queue = ${queueId}`,
        fields: 'LastUpdated',
        orderby: 'id',
        order: 'DESC',
        per_page: 1,
      },
      signal,
    },
    positionPage,
  );
  const newest = data.items[0];
  if (newest === undefined) {
    return [
      'The account sees no ticket in the queue. If there are some, it lacks the right ShowTicket: RT shows an empty list then.',
    ];
  }
  const { data: shown } = await session.http.json({ path: `ticket/${newest.id}`, signal }, ticket);
  const offered = new Set(shown._hyperlinks.map((link) => link.ref));
  return [
    ...(offered.has('comment')
      ? []
      : ['The account lacks the right CommentOnTicket: private comments and files cannot be written.']),
    ...(offered.has('correspond')
      ? []
      : ['The account lacks the right ReplyToTicket: public comments cannot be written.']),
  ];
}
