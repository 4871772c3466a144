import { ConnectorError } from '@lockstep/sdk';
import type { ConnectorHost, Http } from '@lockstep/sdk';
import { instantOf, parsePriorities, sqlTime } from './convert.ts';
import type { Model } from './convert.ts';
import { customFieldPage, positionPage, queue, user } from './wire.ts';
import type { Queue, RtUser } from './wire.ts';

export interface Settings {
  readonly url: string;
  readonly token: string;
  readonly queue: string;
  readonly marker: string;
  readonly priorities: string;
  readonly statuses: string;
}

export interface QueueModel extends Model {
  readonly queue: Queue;
}

/** RT's largest page. */
export const PAGE = 100;
const UTC = new Set([
  'utc',
  'etc/utc',
  'uct',
  'etc/uct',
  'gmt',
  'etc/gmt',
  'zulu',
  'universal',
  'etc/universal',
]);

/** What the facets share: the client, and what is read once for a connector's life. */
export interface Session {
  readonly settings: Settings;
  readonly http: Http;
  /** The number of the account that the token belongs to. */
  readonly accountId: string;
  /** Two requests the first time; `fresh` reads again. */
  model(signal: AbortSignal, fresh?: boolean): Promise<QueueModel>;
  /** One request the first time. */
  account(signal: AbortSignal): Promise<RtUser>;
  /** Refuses when times in searches do not mean UTC; one or two requests, until it is known. */
  assureUtc(signal: AbortSignal): Promise<void>;
}

export function createSession(settings: Settings, host: ConnectorHost): Session {
  const webUrl = settings.url.replace(/\/+$/, '').replace(/\/REST\/2\.0$/, '');
  const http = host.http({
    baseUrl: `${webUrl}/REST/2.0`,
    headers: { authorization: `token ${settings.token}` },
    explain,
  });
  const accountId = /^\d+-(\d+)-./.exec(settings.token)?.[1];
  if (accountId === undefined) {
    throw new ConnectorError('config', 'Request Tracker: the token is not of the form "1-23-abc…"', {
      remedy:
        'Copy the whole text that RT showed when the token was made (Logged in as > Settings > Auth Tokens).',
    });
  }
  const priorities = parsePriorities(settings.priorities);
  // Results are kept, not promises: a caller that stops must not stop the others.
  let known: QueueModel | undefined;
  let owner: RtUser | undefined;
  let utc = false;

  async function read(signal: AbortSignal): Promise<QueueModel> {
    const found = await readQueue(http, settings.queue, signal);
    const { data } = await http.json(
      {
        path: `queue/${found.id}/customfields`,
        query: { per_page: PAGE, fields: 'Name,Type,MaxValues,UniqueValues' },
        signal,
      },
      customFieldPage,
    );
    const marker = data.items.find((field) => field.Name.toLowerCase() === settings.marker.toLowerCase());
    return {
      webUrl,
      queueId: found.id,
      queue: found,
      customFields: data.items,
      markerField: marker?.id,
      priorities,
    };
  }

  const session: Session = {
    settings,
    http,
    accountId,
    async model(signal, fresh = false) {
      if (known === undefined || fresh) known = await read(signal);
      return known;
    },
    async account(signal) {
      owner ??= (await http.json({ path: `user/${accountId}`, signal }, user)).data;
      return owner;
    },
    async assureUtc(signal) {
      if (utc) return;
      const account = await session.account(signal);
      if (UTC.has(account.Timezone.toLowerCase())) utc = true;
      else if (account.Timezone !== '') throw wrongZone(account, account.Timezone);
      else utc = await probeUtc(http, (await session.model(signal)).queueId, account, signal);
    },
  };
  return session;
}

async function readQueue(http: Http, name: string, signal: AbortSignal): Promise<Queue> {
  try {
    const { data } = await http.json({ path: `queue/${encodeURIComponent(name)}`, signal }, queue);
    if (data.Disabled === '1') {
      throw new ConnectorError('config', `Request Tracker: the queue "${data.Name}" is disabled`, {
        remedy: 'Enable it in RT (Admin > Queues), or choose another.',
      });
    }
    return data;
  } catch (error) {
    if (!(error instanceof ConnectorError) || (error.kind !== 'gone' && error.kind !== 'forbidden'))
      throw error;
    const problem =
      error.kind === 'gone' ? `there is no queue "${name}"` : `the account may not see the queue "${name}"`;
    throw new ConnectorError(error.kind === 'gone' ? 'config' : 'forbidden', `Request Tracker: ${problem}`, {
      ...error.details,
      cause: error,
      remedy:
        'Check the name of the queue, and give the account of the token the rights SeeQueue and ShowTicket on it.',
    });
  }
}

/** An account without a zone of its own has the server's, which RT does not tell: ask a ticket whose time is known. */
async function probeUtc(http: Http, queueId: string, account: RtUser, signal: AbortSignal): Promise<boolean> {
  const search = async (
    query: string,
  ): Promise<{ readonly id: string; readonly LastUpdated: string } | undefined> => {
    const { data } = await http.json(
      {
        path: 'tickets',
        query: { query, fields: 'LastUpdated', orderby: 'id', order: 'DESC', per_page: 1 },
        signal,
      },
      positionPage,
    );
    return data.items[0];
  };
  const newest = await search(`Queue = ${queueId}`);
  // Nothing to read yet, so nothing to miss.
  if (newest === undefined) return false;
  const at = sqlTime(instantOf(newest.LastUpdated) ?? '1970-01-02T00:00:00.000Z');
  // A day apart in either direction tells every zone from UTC by the second.
  if ((await search(`id = ${newest.id} AND LastUpdated >= '${at}' AND LastUpdated <= '${at}'`)) !== undefined)
    return true;
  const again = await search(`id = ${newest.id}`);
  if (again !== undefined && again.LastUpdated !== newest.LastUpdated) return false;
  throw wrongZone(account, 'the server’s, which is not UTC');
}

function wrongZone(account: RtUser, zone: string): ConnectorError {
  return new ConnectorError(
    'config',
    `Request Tracker: the time zone of the account "${account.Name}" is ${zone}, and RT reads the times in searches in it`,
    {
      remedy:
        'Set the time zone of this account to UTC in RT (Admin > Users, or Settings > About me), or changes are missed.',
    },
  );
}

/** RT answers a refused message with 400 and a text, without telling which kind of refusal it was. */
function explain(answer: { readonly status: number; readonly body: string }): Error | undefined {
  if (answer.status !== 400) return undefined;
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(answer.body)?.[1] ?? answer.body;
  const text = `Request Tracker: ${message.slice(0, 300)}`;
  const details = { status: 400, sample: answer.body.slice(0, 500) };
  if (/permission denied|no permission/i.test(message)) {
    return new ConnectorError('forbidden', text, {
      ...details,
      remedy: 'Give the account of the token the right it lacks on the queue.',
    });
  }
  if (/message could not be recorded/i.test(message)) return new ConnectorError('gone', text, details);
  return new ConnectorError('rejected', text, details);
}
