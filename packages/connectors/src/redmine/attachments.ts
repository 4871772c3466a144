import { ConnectorError, readBack } from '@lockstep/sdk';
import type { Attachment, AttachmentDraft, Attachments, Http } from '@lockstep/sdk';
import { attachmentsOf } from './history.ts';
import type { RedmineItems } from './items.ts';
import { uploadAnswer } from './wire.ts';

/** An upload takes as long as the file is large. */
const PATIENCE = 300_000;

export class RedmineAttachments implements Attachments {
  readonly maxSize: number;
  private readonly http: Http;
  private readonly items: RedmineItems;

  constructor(http: Http, items: RedmineItems, maxSize: number) {
    this.http = http;
    this.items = items;
    this.maxSize = maxSize;
  }

  async list(id: string, signal: AbortSignal): Promise<readonly Attachment[]> {
    return attachmentsOf(await this.items.mustRead(id, signal));
  }

  async read(_id: string, attachmentId: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    // Redmine's own `content_url` may name another host than the one that it is reached by.
    const answer = await this.http.stream({
      path: `attachments/download/${encodeURIComponent(attachmentId)}`,
      headers: { accept: '*/*' },
      timeout: PATIENCE,
      signal,
    });
    return answer.data;
  }

  /** Two steps: the bytes, then the issue. Bytes that no issue claims are thrown away by Redmine. */
  async create(id: string, draft: AttachmentDraft, signal: AbortSignal): Promise<Attachment> {
    if (draft.size > this.maxSize) {
      throw new ConnectorError(
        'rejected',
        `${draft.name} has ${draft.size} bytes, and Redmine takes ${this.maxSize}`,
        {
          remedy: 'Raise the limit in Administration → Settings → Files, and in the connection.',
        },
      );
    }
    const { data } = await this.http.json(
      {
        method: 'POST',
        path: 'uploads.json',
        query: { filename: draft.name },
        headers: { 'content-type': 'application/octet-stream' },
        body: draft.content,
        timeout: PATIENCE,
        signal,
      },
      uploadAnswer,
    );
    const file = { token: data.upload.token, filename: draft.name, content_type: draft.contentType };
    await this.http.send({
      method: 'PUT',
      path: `issues/${encodeURIComponent(id)}.json`,
      json: { issue: { uploads: [file] } },
      signal,
    });
    const number = String(data.upload.id ?? data.upload.token.split('.')[0]);
    const created = await readBack(`the file ${draft.name} of #${id}`, async () => this.list(id, signal));
    const found = created.find((one) => one.id === number);
    if (found !== undefined) return found;
    throw new ConnectorError('rejected', `Redmine took ${draft.name} and did not attach it to #${id}`, {
      remedy:
        'Give the role of the sync account the right “Edit issues”, and check the allowed file extensions.',
    });
  }
}
