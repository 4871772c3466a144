import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@lockstep/api';
import { startServer } from '@lockstep/server';
import { playLife } from './life.ts';
import { Receivers } from './receivers.ts';
import { memoryStage } from './stage.ts';

/** `npm run demo -- --life`: the life of an integration, from enabling it to its recovery; true if all of it went well. */
export async function demonstrateLife(json: boolean): Promise<boolean> {
  const began = Date.now();
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'lockstep-life-'));
  const receivers = new Receivers();
  try {
    const places = await receivers.start();
    const quiet = (): void => undefined;
    const server = await startServer({
      dataFolder,
      port: 0,
      // The receivers of the story are on this machine, where webhooks may not go unless the operator says so.
      allowedAddresses: ['127.0.0.1'],
      log: { info: quiet, warn: quiet, error: console.error },
    });
    try {
      const stage = await memoryStage(createClient(server.url, server.token), receivers, places);
      const steps = await playLife(stage, console.log);
      const ok = steps.every((step) => step.ok);
      const seconds = Math.round((Date.now() - began) / 1000);
      console.log(
        ok ? `All ${steps.length} steps as they should be, after ${seconds} s.` : 'The story ends here.',
      );
      if (json) console.log(JSON.stringify({ ok, steps, seconds }));
      return ok;
    } finally {
      await server.stop();
    }
  } finally {
    await receivers.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
