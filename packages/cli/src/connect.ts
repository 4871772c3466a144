import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { assertServer, createClient, type Client } from '@lockstep/api';
import { EXIT, Failure } from './exit.ts';

export const DEFAULT_DATA = 'lockstep-data';

/** Milliseconds that a server may take to say that it is there; what it is asked then may take longer. */
const PATIENCE = 10_000;

/** The server to talk to, by LOCKSTEP_URL and LOCKSTEP_TOKEN or the token file of the data folder. */
export async function connect(env: NodeJS.ProcessEnv = process.env, patience = PATIENCE): Promise<Client> {
  const url = env['LOCKSTEP_URL'] ?? 'http://127.0.0.1:7400';
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new Failure(
      EXIT.input,
      'bad-url',
      `LOCKSTEP_URL is no address: ${url}`,
      'Write it like http://127.0.0.1:7400.',
    );
  const token = env['LOCKSTEP_TOKEN'] ?? (await stored(env));
  if (!/^[!-~]+$/.test(token))
    throw new Failure(
      EXIT.input,
      'bad-token',
      `${env['LOCKSTEP_TOKEN'] === undefined ? fileOf(env) : 'LOCKSTEP_TOKEN'} holds no API token`,
      'A token is one word, as lockstep tokens add shows it, or as the server wrote it into the file api-token of its data folder.',
    );
  await assertServer(url, patience);
  return createClient(url, token);
}

function fileOf(env: NodeJS.ProcessEnv): string {
  return path.resolve(env['LOCKSTEP_DATA'] ?? DEFAULT_DATA, 'api-token');
}

async function stored(env: NodeJS.ProcessEnv): Promise<string> {
  const file = fileOf(env);
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
