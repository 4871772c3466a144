import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const SCRIPT = `
import dns from 'node:dns';
import { lookup } from 'node:dns/promises';
import net from 'node:net';
const { fence } = await import(process.argv[1]);
fence();
const code = (work) => work.then(() => 'reached', (error) => error.cause?.code ?? error.code);
const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1');
await new Promise((done) => server.once('listening', done));
const { port } = server.address();
const connect = (...given) =>
  new Promise((done, fail) => net.connect(...given).once('connect', done).once('error', fail));
console.log(JSON.stringify([
  await code(fetch('http://192.0.2.1/')),
  await code(fetch('http://tracker.example.org/')),
  await code(connect({ host: '10.0.0.1', port: 80 })),
  await code(connect(80, '0.0.0.1')),
  await code(lookup('example.org')),
  await code(new Promise((done, fail) => dns.resolve4('example.org', (error) => (error ? fail(error) : done())))),
  await code(connect(port, '127.0.0.1')),
  await code(connect({ port, host: 'localhost', family: 4 })),
]));
server.close();
`;

it('keeps every connection and every name inside, but for loopback', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      SCRIPT,
      path.join(import.meta.dirname, 'fence.ts'),
    ],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(stdout)).toEqual([
    'ECONNREFUSED',
    'ECONNREFUSED',
    'ECONNREFUSED',
    'ECONNREFUSED',
    'ENOTFOUND',
    'ENOTFOUND',
    'reached',
    'reached',
  ]);
  expect(stderr).toContain('kept in: "192.0.2.1"');
});
