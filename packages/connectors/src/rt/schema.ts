import type { OptionDefinition, Schema } from '@lockstep/sdk';
import { fieldDefinitions, parseStatuses, quote } from './convert.ts';
import type { QueueModel, Session } from './session.ts';
import { customFieldDetail, statusPage } from './wire.ts';

/** RT's default lifecycle; REST tells a lifecycle's name only. */
const DEFAULT_LIFECYCLE = 'new, open, stalled, resolved*, rejected*';
const MOST_STATUSES = 40;

/** Requests: queue and fields, one for each select field, and one more for each status that is not known yet. */
export async function readSchema(session: Session, signal: AbortSignal): Promise<Schema> {
  const model = await session.model(signal, true);
  const options = new Map<string, readonly string[]>();
  for (const field of model.customFields.filter((one) => one.Type === 'Select')) {
    const { data } = await session.http.json({ path: `customfield/${field.id}`, signal }, customFieldDetail);
    options.set(field.id, data.Values);
  }
  const statuses = await readStatuses(session, model, signal);
  const fields = fieldDefinitions(model, statuses, (id) => options.get(id) ?? []);
  return {
    scope: {
      id: model.queueId,
      title: model.queue.Name,
      url: `${model.webUrl}/Search/Results.html?Query=Queue%3D${model.queueId}`,
    },
    types: [{ id: 'ticket', title: 'Ticket', fields }],
  };
}

/** Without asking: those of the settings, else those of the default lifecycle. */
export function knownStatuses({ settings }: Session): readonly string[] {
  const text = settings.statuses === '' ? DEFAULT_LIFECYCLE : settings.statuses;
  return parseStatuses(text).map(({ id }) => id);
}

/** Those of the default lifecycle or of the settings, and those that tickets of the queue have. */
async function readStatuses(
  session: Session,
  model: QueueModel,
  signal: AbortSignal,
): Promise<readonly OptionDefinition[]> {
  const configured = session.settings.statuses;
  const text = configured === '' && model.queue.Lifecycle === 'default' ? DEFAULT_LIFECYCLE : configured;
  const found = parseStatuses(text).map(({ id, closed }) => ({ id, title: titleOf(id), closed }));
  for (const [name, closed] of [
    ['__Active__', false],
    ['__Inactive__', true],
  ] as const) {
    while (found.length < MOST_STATUSES) {
      const others = found.map((status) => ` AND Status != ${quote(status.id)}`).join('');
      const query = `Queue = ${model.queueId} AND Status = '${name}'${others}`;
      const { data } = await session.http.json(
        { path: 'tickets', query: { query, fields: 'Status', per_page: 1 }, signal },
        statusPage,
      );
      const id = data.items[0]?.Status;
      if (id === undefined || found.some((status) => status.id === id)) break;
      found.push({ id, title: titleOf(id), closed });
    }
  }
  return found;
}

function titleOf(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}
