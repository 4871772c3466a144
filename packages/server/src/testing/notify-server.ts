import { startServer } from '../compose.ts';
import { silent } from '../postgres/log.ts';

/** A server process for the tests that sends to receivers on this machine, until it is killed. */
const [dataFolder = '', databaseUrl = ''] = process.argv.slice(2);
const { url, token } = await startServer({
  dataFolder,
  databaseUrl,
  port: 0,
  log: silent,
  allowedAddresses: ['127.0.0.0/8'],
});
console.log(JSON.stringify({ url, token }));
