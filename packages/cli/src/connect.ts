import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createClient, type Client } from '@lockstep/api';
import { EXIT, Failure } from './exit.ts';

export const DEFAULT_DATA = 'lockstep-data';

/** The server to talk to, by LOCKSTEP_URL and LOCKSTEP_TOKEN or the token file of the data folder. */
export async function connect(env: NodeJS.ProcessEnv = process.env): Promise<Client> {
  const url = env['LOCKSTEP_URL'] ?? 'http://127.0.0.1:7400';
  if (!URL.canParse(url))
    throw new Failure(
      EXIT.input,
      'bad-url',
      `LOCKSTEP_URL is no address: ${url}`,
      'Write it like http://127.0.0.1:7400.',
    );
  return createClient(url, env['LOCKSTEP_TOKEN'] ?? (await stored(env)));
}

async function stored(env: NodeJS.ProcessEnv): Promise<string> {
  const file = path.resolve(env['LOCKSTEP_DATA'] ?? DEFAULT_DATA, 'api-token');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new Failure(
      EXIT.input,
      'no-token',
      `there is no API token: LOCKSTEP_TOKEN is not set and ${file} cannot be read`,
      'Start the server (lockstep serve) from this folder, set LOCKSTEP_DATA to its data folder, or set LOCKSTEP_TOKEN.',
    );
  }
}
