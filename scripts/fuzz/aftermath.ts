import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Canaries } from './canary.ts';

/** Kept of a chunk for the next one, so that nothing is missed between the two. */
const OVERLAP = 256;

/** Every file below a folder that tells a secret. */
export async function tellingFiles(folder: string, canaries: Canaries): Promise<string[]> {
  const telling: string[] = [];
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of found.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    let rest = '';
    for await (const chunk of createReadStream(file, 'latin1')) {
      const text = rest + String(chunk);
      if (canaries.sing(text)) {
        telling.push(path.relative(folder, file));
        break;
      }
      rest = text.slice(-OVERLAP);
    }
  }
  return telling;
}

/** Unpacks a support package beside the other files, for the search. */
export async function unpack(zip: Buffer, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  const file = `${into}.zip`;
  await writeFile(file, zip);
  // Python is on every machine that builds anything; Node reads no zip files.
  await promisify(execFile)('python3', ['-m', 'zipfile', '-e', file, into]);
}
