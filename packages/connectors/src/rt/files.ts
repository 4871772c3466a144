import { ConnectorError } from '@lockstep/sdk';
import type { AttachmentDraft } from '@lockstep/sdk';

/** A file on its way to RT: JSON with base64 inside, made and sent piece by piece. Length in bytes. */
export function fileMessage(draft: AttachmentDraft): {
  readonly length: number;
  readonly body: AsyncIterable<Uint8Array>;
} {
  const head = Buffer.from(
    `{"Attachments":[{"FileName":${JSON.stringify(fileName(draft.name))},"FileType":${JSON.stringify(fileType(draft.contentType))},"FileContent":"`,
  );
  const tail = Buffer.from('"}]}');
  return {
    length: head.length + Math.ceil(draft.size / 3) * 4 + tail.length,
    body: pieces(draft, head, tail),
  };
}

async function* pieces(
  draft: AttachmentDraft,
  head: Uint8Array,
  tail: Uint8Array,
): AsyncIterable<Uint8Array> {
  yield head;
  let rest: Uint8Array = new Uint8Array();
  let size = 0;
  for await (const chunk of draft.content) {
    size += chunk.length;
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    if (whole > 0) yield Buffer.from(bytes.subarray(0, whole).toString('base64'));
    rest = bytes.subarray(whole);
  }
  if (size !== draft.size) {
    throw new ConnectorError(
      'rejected',
      `the file "${draft.name}" was said to have ${draft.size} bytes, but has ${size}`,
    );
  }
  if (rest.length > 0) yield Buffer.from(Buffer.from(rest).toString('base64'));
  yield tail;
}

/** RT answers 500 to a name beyond Latin-1, and garbles one beyond ASCII, unless it is written as in a mail. */
function fileName(name: string): string {
  const clean = name.replaceAll(/[\r\n\0]/g, ' ');
  return /^[\x20-\x7e]*$/.test(clean) ? clean : `=?UTF-8?B?${Buffer.from(clean).toString('base64')}?=`;
}

/** Text is recoded by RT, so that its bytes would change; anything else is kept as it is. */
function fileType(contentType: string): string {
  return /^(?!text\/)[\w.+-]+\/[\w.+-]+$/i.test(contentType) ? contentType : 'application/octet-stream';
}

const START = /"Content"\s*:\s*"/;

/** The bytes of an attachment out of RT's JSON, as they arrive. Inside a JSON text no quote stands without a backslash. */
export async function* contentOf(answer: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let text = '';
  let state: 'before' | 'inside' | 'behind' = 'before';
  for await (const chunk of answer) {
    text += Buffer.from(chunk).toString('latin1');
    if (state === 'before') {
      const start = START.exec(text);
      if (start === null) continue;
      text = text.slice(start.index + start[0].length);
      state = 'inside';
    }
    if (state === 'behind') continue;
    const end = text.indexOf('"');
    const encoded = end === -1 ? text.replace(/\\$/, '') : text.slice(0, end);
    const held = end === -1 && text.endsWith('\\') ? '\\' : '';
    const clean = encoded.replaceAll(/\\[nr]|\\(?=\/)|\s/g, '');
    const whole = end === -1 ? clean.length - (clean.length % 4) : clean.length;
    if (whole > 0) yield Buffer.from(clean.slice(0, whole), 'base64');
    text = clean.slice(whole) + held;
    if (end !== -1) state = 'behind';
  }
  if (state === 'inside')
    throw new ConnectorError('unavailable', 'Request Tracker broke off in the middle of a file');
}
