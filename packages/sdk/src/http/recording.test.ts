import { expect, it } from 'vitest';
import { z } from 'zod';
import { createHttp } from './client.ts';
import type { RecordedExchange } from './recording.ts';
import { json, serve } from './testing/server.ts';

const signal = AbortSignal.timeout(60_000);
const KEY = 'k3y-that-nobody-may-see';

function following(baseUrl: string) {
  const recorded: RecordedExchange[] = [];
  const statuses: (number | undefined)[] = [];
  const http = createHttp(
    { baseUrl, headers: { 'x-api-key': KEY } },
    {
      now: () => Date.now(),
      follow: () => ({
        answered: ({ status }) => void statuses.push(status),
        recorded: (exchange) => void recorded.push(exchange),
      }),
    },
  );
  return { http, recorded, statuses };
}

it('tells of an exchange in full, without a credential in address, headers or either body', async () => {
  await using server = await serve((_, response) => {
    response.setHeader('set-cookie', 'session=s3ssion-id');
    json(response, { title: 'Printer', echo: KEY, api_key: 'other-k3y', nested: { accessToken: 'abc"def' } });
  });
  const { http, recorded, statuses } = following(server.url);
  await http.json(
    {
      method: 'POST',
      path: 'items',
      query: { key: 'in-the-address', state: 'open' },
      headers: { authorization: 'Bearer b3arer' },
      json: { title: 'Printer', password: 'pa55word' },
      signal,
    },
    z.unknown(),
  );
  expect(statuses).toEqual([200]);
  expect(recorded).toHaveLength(1);
  const [one] = recorded;
  expect(one).toMatchObject({
    method: 'POST',
    url: `${server.url}/items?key=•••&state=open`,
    status: 200,
    request: { headers: { 'x-api-key': '•••', authorization: '•••', 'content-type': 'application/json' } },
    answer: { headers: { 'set-cookie': '•••' } },
  });
  expect(one?.request.body).toBe('{"title":"Printer","password":"•••"}');
  expect(JSON.parse(one?.answer.body ?? '')).toEqual({
    title: 'Printer',
    echo: '•••',
    api_key: '•••',
    nested: { accessToken: '•••' },
  });
  expect(JSON.stringify(recorded)).not.toMatch(/k3y|b3arer|pa55word|in-the-address|s3ssion|def/);
});

it('cuts what is long, tells files by their size, and tells why no answer came', async () => {
  const secretAtTheCut = `${'x'.repeat(16 * 1024 - 10)}${KEY}`;
  await using server = await serve((request, response) => {
    if (request.url === '/file')
      response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(70_000));
    else if (request.url === '/long')
      response.writeHead(200, { 'content-type': 'text/plain' }).end(secretAtTheCut + 'y'.repeat(90_000));
    else response.destroy();
  });
  const { http, recorded } = following(server.url);
  const read = async (path: string): Promise<void> => {
    const { data } = await http.stream({ path, signal });
    for await (const _ of data);
  };
  await read('file');
  await read('long');
  await expect(http.send({ path: 'nothing', signal })).rejects.toThrow();
  expect(recorded.map((one) => one.status)).toEqual([200, 200, undefined]);
  expect(recorded[0]?.answer.body).toBe('‹70000 bytes›');
  expect(recorded[1]?.answer.body).toHaveLength(16 * 1024 + 1);
  expect(recorded[1]?.answer.body).not.toContain('k3y');
  expect(recorded[2]?.failure).toMatch(/\w/);
});
