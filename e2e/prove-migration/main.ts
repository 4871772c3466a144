import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ServerProcess } from '../prove-real/server.ts';
import { readOptions } from './options.ts';
import { prove } from './prove.ts';
import { openTrackers, TrackerHost } from './tracker-host.ts';

const begun = Date.now();
const seconds = (): number => Math.round((Date.now() - begun) / 1000);
const tell = (line: string): void => console.log(`${String(seconds()).padStart(4)} s  ${line}`);

let folder: string | undefined;
let server: ServerProcess | undefined;
let host: TrackerHost | undefined;
let well = false;
try {
  const { items, kills, json } = readOptions(process.argv.slice(2));
  const { left, right } = openTrackers(items);
  tell(
    `${items} items stand in the left tracker, which lives in this process, before any integration is there`,
  );
  host = new TrackerHost([left, right]);
  const url = await host.start();
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-prove-'));
  server = new ServerProcess(folder, 'e2e/prove-migration/serve.ts');
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server?.kill(true).finally(() => process.exit(130)));
  const { well: isWell, ...found } = await prove({ left, right, url, server, kills, tell });
  well = isWell;
  const { told, true: truth, off } = found.halfTime;
  tell(`${found.pairs} pairs of ${found.items} items; ${found.copiedOnce} originals have exactly one copy`);
  tell(`at half time ${told} s to go were told, and it took ${truth} s: off by ${off} %`);
  tell(
    `memory ${found.flat ? 'stays flat' : 'grows'}: heap ${found.memory.map(({ heap }) => heap).join(', ')} MiB by tenths`,
  );
  tell(
    `edits made meanwhile: ${found.edits.carried} of ${found.edits.made} carried; one more run wrote ${found.secondRunWrites} times`,
  );
  tell(well ? 'Well.' : `Not well; the server's log is ${server.log}`);
  if (json) console.log(JSON.stringify({ ok: well, ...found, seconds: seconds() }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await server?.stop();
  host?.stop();
  if (well && folder !== undefined) await rm(folder, { recursive: true, force: true });
}
process.exitCode = well ? 0 : 1;
