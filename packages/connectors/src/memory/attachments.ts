import { ConnectorError } from '@lockstep/sdk';
import type { Attachments } from '@lockstep/sdk';
import type { Session } from './session.ts';

export function createAttachments(session: Session): Attachments {
  const { tracker } = session;
  const maxSize = tracker.quirks.largestFile ?? 1024 * 1024;
  return {
    maxSize,
    list: (id, signal) =>
      session.call('read', signal, () => tracker.files(String(session.visible(id).number))),
    read: (id, file, signal) =>
      session.call('file', signal, () => {
        const found = session.visible(id).files.find((one) => one.id === file);
        if (found === undefined)
          throw new ConnectorError('gone', `${tracker.name}: item ${id} has no file ${file}`);
        return chunks(found.content);
      }),
    async create(id, draft, signal) {
      if (draft.size > maxSize) {
        throw new ConnectorError(
          'rejected',
          `${tracker.name}: “${draft.name}” has ${draft.size} bytes; at most ${maxSize} are taken`,
        );
      }
      const parts: Uint8Array[] = [];
      for await (const part of draft.content) {
        signal.throwIfAborted();
        parts.push(part);
      }
      return session.call('file', signal, () =>
        tracker.attach(session.by, id, draft.name, Buffer.concat(parts), draft.contentType),
      );
    },
  };
}

async function* chunks(content: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}
