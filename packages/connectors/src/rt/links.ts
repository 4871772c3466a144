import { ConnectorError } from '@lockstep/sdk';
import type { Links } from '@lockstep/sdk';
import type { Session } from './session.ts';
import { messages, ticket } from './wire.ts';

/** RefersTo links to addresses outside RT; RT keeps no title for them. */
export function createLinks(session: Session): Links {
  async function list(id: string, signal: AbortSignal): Promise<readonly { readonly url: string }[]> {
    const { data } = await session.http.json({ path: `ticket/${id}`, signal }, ticket);
    if (data.id !== id)
      throw new ConnectorError('gone', `Request Tracker: ticket ${id} was merged into ticket ${data.id}`);
    return data._hyperlinks
      .filter((link) => link.ref === 'refers-to' && link.type === 'external' && link._url !== undefined)
      .map((link) => ({ url: link._url ?? '' }));
  }
  return {
    list,
    async add(id, link, signal) {
      const { data } = await session.http.json(
        { method: 'PUT', path: `ticket/${id}`, json: { AddRefersTo: [link.url] }, signal },
        messages,
      );
      const stored = await list(id, signal);
      if (stored.some((one) => one.url === link.url)) return;
      throw new ConnectorError('rejected', `Request Tracker did not take the link: ${data.join(' ')}`);
    },
  };
}
