import { ConnectorError, readBack } from '@lockstep/sdk';
import type { Comment, CommentDraft, Comments, Http } from '@lockstep/sdk';
import type { DirectoryCache } from './directory.ts';
import { commentsOf } from './history.ts';
import type { RedmineItems } from './items.ts';

/** Notes of journals. */
export class RedmineComments implements Comments {
  readonly private = true;
  private readonly http: Http;
  private readonly directory: DirectoryCache;
  private readonly items: RedmineItems;

  constructor(http: Http, directory: DirectoryCache, items: RedmineItems) {
    this.http = http;
    this.directory = directory;
    this.items = items;
  }

  async list(id: string, signal: AbortSignal): Promise<readonly Comment[]> {
    return commentsOf(await this.items.mustRead(id, signal));
  }

  async create(id: string, draft: CommentDraft, signal: AbortSignal): Promise<Comment> {
    const isPrivate = draft.visibility === 'private';
    const self = await this.allow(isPrivate, signal);
    await this.http.send({
      method: 'PUT',
      path: `issues/${encodeURIComponent(id)}.json`,
      json: { issue: { notes: draft.body, private_notes: isPrivate } },
      signal,
    });
    const created = await readBack(`the comment on #${id}`, async () => {
      const all = await this.list(id, signal);
      return all.findLast((one) => one.author.id === self && sameText(one.body, draft.body));
    });
    if (created === undefined) {
      throw new ConnectorError(
        'rejected',
        `Redmine took the comment on #${id} without an error and did not store it`,
        {
          remedy: 'Give the role of the sync account the right “Add notes”.',
        },
      );
    }
    if (isPrivate && created.visibility !== 'private') {
      await this.delete(id, created.id, signal);
      throw forbidPrivate();
    }
    return created;
  }

  async update(id: string, commentId: string, draft: CommentDraft, signal: AbortSignal): Promise<Comment> {
    const isPrivate = draft.visibility === 'private';
    await this.allow(isPrivate, signal);
    await this.http.send({
      method: 'PUT',
      path: `journals/${encodeURIComponent(commentId)}.json`,
      json: { journal: { notes: draft.body, private_notes: isPrivate ? '1' : '0' } },
      signal,
    });
    return readBack(`comment ${commentId}`, async () => {
      const stored = (await this.list(id, signal)).find((one) => one.id === commentId);
      if (stored !== undefined) return stored;
      throw new ConnectorError('gone', `comment ${commentId} of #${id} is gone`);
    });
  }

  /** An empty note is a deleted one; Redmine keeps the journal only where it also tells of changed fields. */
  async delete(_id: string, commentId: string, signal: AbortSignal): Promise<void> {
    await this.http.send({
      method: 'PUT',
      path: `journals/${encodeURIComponent(commentId)}.json`,
      json: { journal: { notes: '' } },
      signal,
    });
  }

  /** Without the right Redmine drops the wish for privacy without a word. Gives the account's id. */
  private async allow(isPrivate: boolean, signal: AbortSignal): Promise<string> {
    const directory = await this.directory.get(signal);
    if (isPrivate && !(directory.may('set_notes_private') && directory.may('view_private_notes')))
      throw forbidPrivate();
    return String(directory.account.id);
  }
}

function forbidPrivate(): ConnectorError {
  return new ConnectorError('forbidden', 'Redmine does not let this account write private notes', {
    remedy: 'Give its role the rights “Set notes as private” and “View private notes”.',
  });
}

/** Redmine changes line ends and cuts the blanks at the end. */
function sameText(a: string, b: string): boolean {
  const plain = (text: string): string => text.replaceAll(/\r\n?/g, '\n').trim();
  return plain(a) === plain(b);
}
