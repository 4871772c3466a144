import type { Links } from '@lockstep/sdk';
import type { Session } from './session.ts';

export function createLinks(session: Session): Links {
  const { tracker } = session;
  return {
    list: (id, signal) => session.call('read', signal, () => [...tracker.item(id).links]),
    add: (id, link, signal) => session.call('write', signal, () => tracker.link(session.by, id, link)),
  };
}
