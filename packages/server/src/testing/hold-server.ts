import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { silent } from '../postgres/log.ts';

/** A process of its own for the tests: starts a server on the folder given, tells of it, and waits to be killed. */
try {
  const server = await startEmbeddedPostgres({ dataFolder: process.argv[2] ?? '', log: silent });
  console.log(JSON.stringify({ pid: server.pid, port: server.port, adopted: server.adopted }));
  setInterval(() => undefined, 1_000);
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  process.exitCode = 1;
}
