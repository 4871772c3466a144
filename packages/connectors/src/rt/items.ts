import { ConnectorError, readBack } from '@lockstep/sdk';
import type {
  ChangePage,
  FeedPosition,
  FieldId,
  Instant,
  Item,
  ItemDraft,
  ItemPatch,
  Items,
  Receipt,
} from '@lockstep/sdk';
import { fieldDefinitions, notTaken, quote, requiredInstant, sqlTime, toBody } from './convert.ts';
import { readItems, readTicket } from './reading.ts';
import { replacedValues } from './replaced.ts';
import { knownStatuses } from './schema.ts';
import { PAGE } from './session.ts';
import type { QueueModel, Session } from './session.ts';
import { created, messages, positionPage } from './wire.ts';

export function createItems(session: Session): Items {
  const { http } = session;
  return {
    changes: (from, signal) => changes(session, from, signal),
    async get(ids, signal) {
      const numbers = [...new Set(ids)].filter((id) => /^\d{1,15}$/.test(id));
      const items: Item[] = [];
      for (let at = 0; at < numbers.length; at += PAGE) {
        items.push(...(await readItems(session, numbers.slice(at, at + PAGE), signal)));
      }
      return items;
    },
    async create(draft, signal) {
      const model = await session.model(signal);
      const { data } = await post(session, createBody(draft, model), signal);
      const { item } = await readBack(`ticket ${data.id}`, async () => readTicket(session, data.id, signal));
      return receipt(item, draft.fields, [], model, item.marker === draft.marker ? undefined : draft.marker);
    },
    async update(id, patch, signal) {
      const model = await session.model(signal);
      return update(session, model, id, patch, signal);
    },
    async find(marker, signal) {
      const model = await session.model(signal);
      if (model.markerField === undefined) throw noMarkerField(session);
      const query = `CF.{${model.markerField}} = ${quote(marker)}`;
      const { data } = await http.json(
        { path: 'tickets', query: { query, fields: 'LastUpdated', per_page: PAGE }, signal },
        positionPage,
      );
      const items = await readItems(
        session,
        data.items.map((row) => row.id),
        signal,
      );
      // RT compares without regard to case.
      return items.filter((item) => item.marker === marker);
    },
    async delete(id, signal) {
      await http.send({ method: 'DELETE', path: `ticket/${id}`, signal });
    },
  };
}

/**
 * A lifecycle says in which statuses a ticket may begin, and RT does not tell which. It then begins where RT lets it,
 * and the receipt shows it: the way on is an update.
 */
async function post(session: Session, body: Record<string, unknown>, signal: AbortSignal) {
  const send = (json: Record<string, unknown>) =>
    session.http.json({ method: 'POST', path: 'ticket', json, signal }, created);
  try {
    return await send(body);
  } catch (error) {
    const { Status: status, ...rest } = body;
    const isRefused = error instanceof ConnectorError && error.details.status === 400;
    if (!isRefused || !knownStatuses(session).includes(String(status))) throw error;
    // Where it was about something else, that is refused again, and told.
    return send(rest);
  }
}

async function* changes(
  session: Session,
  from: FeedPosition,
  signal: AbortSignal,
): AsyncIterable<ChangePage> {
  await session.assureUtc(signal);
  const model = await session.model(signal);
  let next = 'since' in from ? `${from.since}|` : from.after;
  for (;;) {
    const [instant = '', id = ''] = next.split('|');
    const { data } = await session.http.json(
      {
        path: 'tickets?orderby=LastUpdated&order=ASC&orderby=id&order=ASC',
        query: {
          query: `Queue = ${model.queueId} AND ${behind(instant, id)}`,
          fields: 'LastUpdated',
          per_page: PAGE,
        },
        signal,
      },
      positionPage,
    );
    if (data.total === null) {
      throw new ConnectorError(
        'config',
        'Request Tracker: the server takes rows out after a search, so pages have holes',
        {
          remedy:
            'Set UseSQLForACLChecks to 1 in RT (its default), or give the account the right ShowTicket globally.',
        },
      );
    }
    const last = data.items.at(-1);
    if (last !== undefined) next = `${requiredInstant(last.LastUpdated)}|${last.id}`;
    const items = await readItems(
      session,
      data.items.map((row) => row.id),
      signal,
    );
    yield { changes: items.map((item) => ({ kind: 'item', item })), next };
    if (data.items.length === 0 || data.items.length >= data.total) return;
  }
}

/** Behind a row, or from an instant on. `=` would mean the whole day. */
function behind(instant: Instant, id: string): string {
  const at = Number.isNaN(Date.parse(instant)) ? undefined : sqlTime(new Date(instant).toISOString());
  if (at === undefined || !/^\d*$/.test(id)) {
    throw new ConnectorError(
      'protocol',
      `Request Tracker: "${instant}|${id}" is not a position of this feed`,
    );
  }
  return id === ''
    ? `LastUpdated >= '${at}'`
    : `(LastUpdated > '${at}' OR (LastUpdated >= '${at}' AND id > ${id}))`;
}

function createBody(draft: ItemDraft, model: QueueModel): Record<string, unknown> {
  if (draft.visibility !== 'public') {
    throw new ConnectorError('unsupported', 'Request Tracker: a single ticket cannot be private', {
      remedy: 'Send private items to a queue that only the right people can see, or do not send them.',
    });
  }
  const body = toBody(draft.fields, model);
  const description = draft.fields['description'];
  const marker = model.markerField === undefined ? {} : { [model.markerField]: draft.marker };
  const custom = Object.entries((body['CustomFields'] ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== null,
  );
  return {
    ...body,
    Queue: model.queueId,
    ...(typeof description === 'string' && description !== ''
      ? { Content: description.replaceAll(/\r\n?/g, '\n'), ContentType: 'text/plain' }
      : {}),
    CustomFields: { ...Object.fromEntries(custom), ...marker },
  };
}

async function update(
  session: Session,
  model: QueueModel,
  id: string,
  patch: ItemPatch,
  signal: AbortSignal,
): Promise<Receipt> {
  if ('description' in patch.fields) {
    throw new ConnectorError(
      'unsupported',
      'Request Tracker: the description is a message and cannot be changed',
      { field: 'description' },
    );
  }
  const { data } = await session.http.json(
    {
      method: 'PUT',
      path: `ticket/${id}`,
      json: toBody(patch.fields, model),
      headers: { 'if-match': `"${patch.expected}"` },
      signal,
    },
    messages,
  );
  const account = await session.account(signal);
  const { item, since } = await readBack(`ticket ${id}`, async () =>
    readTicket(session, id, signal, patch.expected),
  );
  return {
    ...receipt(item, patch.fields, data, model),
    replaced: replacedValues(since, account.Name, model),
  };
}

/** RT's answer does not tell what it took from what it refused; reading back does. */
function receipt(
  item: Item,
  asked: Readonly<Record<FieldId, ItemPatch['fields'][string]>>,
  said: readonly string[],
  model: QueueModel,
  lostMarker?: string,
): Receipt {
  const titles = new Map(
    fieldDefinitions(model, undefined, () => []).map((field) => [field.id, field.title]),
  );
  const missed = notTaken(asked, item, (id) => titles.get(id) ?? id);
  const warnings = [
    ...missed,
    ...(missed.length > 0 ? said.map((text) => `Request Tracker said: ${text}`) : []),
    ...(lostMarker === undefined
      ? []
      : ['The marker was not stored: the custom field for it refused the value.']),
  ];
  return warnings.length === 0 ? { item } : { item, warnings };
}

export function noMarkerField(session: Session): ConnectorError {
  return new ConnectorError(
    'config',
    `Request Tracker: the queue "${session.settings.queue}" has no custom field "${session.settings.marker}"`,
    {
      remedy:
        'Make it in RT (Admin > Custom Fields: type "Enter one value", applies to Tickets), apply it to the queue, ' +
        'and give the account SeeCustomField, ModifyCustomField and SetInitialCustomField on it.',
    },
  );
}
