import { startTestServer } from './database.ts';

/** For `globalSetup` of vitest: one server for the whole run, which the workers find through the environment. */
export async function setup(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  process.env['LOCKSTEP_TEST_DATABASE_URL'] = server.url;
  return async () => {
    delete process.env['LOCKSTEP_TEST_DATABASE_URL'];
    await server.stop();
  };
}
