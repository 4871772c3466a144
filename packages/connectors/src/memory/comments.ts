import { ConnectorError } from '@lockstep/sdk';
import type { CommentDraft, Comments } from '@lockstep/sdk';
import type { Session } from './session.ts';

export function createComments(session: Session): Comments {
  const { tracker } = session;
  const keepsPrivate = tracker.quirks.privateComments !== false;
  const check = (draft: CommentDraft): void => {
    if (keepsPrivate || draft.visibility === 'public') return;
    throw new ConnectorError('unsupported', `${tracker.name}: this tracker has no private comments`, {
      remedy: 'Leave private comments out of the mapping.',
    });
  };
  return {
    private: keepsPrivate,
    list: (id, signal) => session.call('read', signal, () => [...session.visible(id).comments]),
    create: (id, draft, signal) =>
      session.call('comment', signal, () => {
        check(draft);
        return tracker.comment(session.by, id, draft.body, draft.visibility);
      }),
    update: (id, comment, draft, signal) =>
      session.call('comment', signal, () => {
        check(draft);
        return tracker.editComment(session.by, id, comment, draft.body, draft.visibility);
      }),
    delete: (id, comment, signal) =>
      session.call('comment', signal, () => tracker.deleteComment(session.by, id, comment)),
  };
}
