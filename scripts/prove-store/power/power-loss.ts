import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Figures } from '../trial.ts';

/** What was lost by power cuts; or why this machine cannot play them, and `cuts` is 0. */
export type PowerLoss =
  | ({ readonly cuts: number; readonly control: string } & Figures)
  | { readonly cuts: 0; readonly why: string };

/** Plays the cuts in a process with its own mounts. @throws Error when the store did not stand a cut. */
export async function losePower(seed: number, cuts: number): Promise<PowerLoss> {
  if (process.platform !== 'linux') return { cuts: 0, why: 'only Linux has the means to cut the power' };
  if (process.getuid?.() !== 0) return { cuts: 0, why: 'only root may mount a disk that can be cut off' };
  const main = path.join(import.meta.dirname, 'main.ts');
  const child = spawn(
    'unshare',
    [
      '--mount',
      '--propagation',
      'private',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      main,
      String(seed),
      String(cuts),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const [code] = (await once(child, 'close')) as [number | null];
  const last = lines.at(-1);
  if (code === 0 && last !== undefined) return JSON.parse(last) as PowerLoss;
  const words = errors.join('\n');
  if (words.startsWith('unshare:')) return { cuts: 0, why: words };
  throw new Error(`the power cuts came to no end: ${words}`);
}
