import { join } from 'node:path';

/** The trackers are Debian packages, one of each per machine, so what belongs to them is kept per machine too. */
export const FOLDER = '/var/lib/lockstep-trackers';

/** Tokens and ids that the seeds made; readable by its owner only. */
export const STATE_FILE = join(FOLDER, 'state.json');

export const HOST = '127.0.0.1';
export const REDMINE_URL = `http://${HOST}:3100`;
export const RT_URL = `http://${HOST}:3200`;

export type TrackerName = 'redmine' | 'rt';

export function logFile(name: TrackerName | 'install'): string {
  return join(FOLDER, `${name}.log`);
}
