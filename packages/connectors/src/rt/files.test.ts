import { describe, expect, it } from 'vitest';
import { contentOf, fileMessage } from './files.ts';

async function* chunked(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function join(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 7) % 256));

describe('files on their way to Request Tracker', () => {
  it.each([1, 2, 3, 64, 5000])(
    'are sent as base64 in pieces of %i bytes, with the length told',
    async (size) => {
      const message = fileMessage({
        name: 'ü 日.txt',
        size: bytes.length,
        contentType: 'text/plain',
        content: chunked(bytes, size),
      });
      const sent = await join(message.body);
      expect(sent.length).toBe(message.length);
      const file = (JSON.parse(sent.toString()) as { Attachments: Record<string, string>[] }).Attachments[0];
      expect(Buffer.from(file?.['FileContent'] ?? '', 'base64').equals(bytes)).toBe(true);
      expect(file?.['FileType']).toBe('application/octet-stream');
      expect(file?.['FileName']).toBe(`=?UTF-8?B?${Buffer.from('ü 日.txt').toString('base64')}?=`);
    },
  );

  it('must have the size they were said to have', async () => {
    const message = fileMessage({ name: 'a', size: 7, contentType: 'image/png', content: chunked(bytes, 9) });
    await expect(join(message.body)).rejects.toThrow(/said to have 7 bytes/);
  });
});

describe('files out of Request Tracker', () => {
  const lines = bytes.toString('base64').replaceAll(/.{76}/g, '$&\n');
  const answer = JSON.stringify(
    { Subject: 'say "Content" : "no"', Content: `${lines}\n`, Headers: 'x' },
    undefined,
    3,
  );

  it.each([1, 2, 3, 7, 100_000])('are read out of the answer in pieces of %i bytes', async (size) => {
    const read = await join(contentOf(chunked(Buffer.from(answer), size)));
    expect(read.equals(bytes)).toBe(true);
  });

  it('are not taken for whole when the answer breaks off', async () => {
    const half = Buffer.from(answer).subarray(0, 700);
    await expect(join(contentOf(chunked(half, 100)))).rejects.toThrow(/broke off/);
  });
});
