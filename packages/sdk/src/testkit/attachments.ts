import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Attachments } from '../connector.ts';
import type { Bench } from './bench.ts';
import type { Check } from './check.ts';
import { need } from './check.ts';

const facet = (bench: Bench): Attachments => need(bench.connector.attachments, '`attachments` facet');

/** Files: streamed both ways, whole, and refused before they are read. */
export const attachmentChecks = {
  'attachment-goes-there-and-back': {
    promises: 'a file is listed with name and size, and read back byte for byte',
    async run(bench) {
      const item = await bench.create();
      const content = bytes(bench.samples.file ?? 300_000);
      const name = 'Größe 日本 (1).bin';
      const made = await upload(bench, item.id, name, content);
      const list = await facet(bench).list(item.id, bench.signal);
      expect(list).toHaveLength(1);
      expect(list[0]).toMatchObject({ id: made.id, name, size: content.length });
      expect(await digest(await facet(bench).read(item.id, made.id, bench.signal))).toBe(
        await digest(chunks(content)),
      );
      const { attachments } = await bench.get(item.id);
      if (attachments !== undefined) expect(attachments).toEqual(list);
    },
  },
  'attachment-too-large-is-unread': {
    promises: 'a file above the limit is refused before a byte of it is read',
    async run(bench) {
      const item = await bench.create();
      let isRead = false;
      const content = async function* (): AsyncIterable<Uint8Array> {
        isRead = true;
        yield new Uint8Array(1);
      };
      const draft = {
        name: 'large.bin',
        size: facet(bench).maxSize + 1,
        contentType: 'application/octet-stream',
        content: content(),
      };
      const create = () => facet(bench).create(item.id, draft, bench.signal);
      const refusal = await bench.refusal(create, 'a file above the limit');
      expect(['rejected', 'unsupported']).toContain(refusal.kind);
      expect(isRead, 'the content was read').toBe(false);
      expect(await facet(bench).list(item.id, bench.signal)).toEqual([]);
    },
  },
  'attachment-names-may-repeat': {
    promises: 'two files of one name are two files',
    async run(bench) {
      const item = await bench.create();
      const made = [
        await upload(bench, item.id, 'same.txt', new TextEncoder().encode('one')),
        await upload(bench, item.id, 'same.txt', new TextEncoder().encode('two')),
      ];
      const contents = await Promise.all(
        made.map(async ({ id }) => digest(await facet(bench).read(item.id, id, bench.signal))),
      );
      expect(new Set(made.map(({ id }) => id)).size).toBe(2);
      expect(contents[0]).not.toBe(contents[1]);
      expect(await facet(bench).list(item.id, bench.signal)).toHaveLength(2);
    },
  },
  'attachment-unknown-is-gone': {
    promises: 'reading a file that is not there is an error of kind gone',
    async run(bench) {
      const item = await bench.create();
      const read = () => facet(bench).read(item.id, '999999999', bench.signal);
      expect((await bench.refusal(read, 'reading an unknown file')).kind).toBe('gone');
    },
  },
} satisfies Record<string, Check>;

function upload(bench: Bench, id: string, name: string, content: Uint8Array) {
  const draft = {
    name,
    size: content.length,
    contentType: 'application/octet-stream',
    content: chunks(content),
  };
  return facet(bench).create(id, draft, bench.signal);
}

/** Every byte value, in an order that no compression or encoding leaves as it is. */
function bytes(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => (index * 31 + (index >> 8) * 7) & 0xff);
}

async function* chunks(content: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}

async function digest(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('hex');
}
