import { cp, lstat, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries, prepareBinaries } from './binaries.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-binaries-'));
  await mkdir(path.join(folder, 'native/bin'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fake(version: string): Promise<void> {
  for (const name of ['postgres', 'initdb', 'pg_ctl']) {
    await writeFile(path.join(folder, 'native/bin', name), `#!/bin/sh\necho "${version}"\n`, { mode: 0o755 });
  }
}

describe('the PostgreSQL binaries', () => {
  it('are those that npm installed here', async () => {
    expect((await findBinaries()).major).toMatch(/^\d+$/);
  });

  it('do not exist for every platform', async () => {
    await expect(findBinaries('sunos-sparc')).rejects.toMatchObject({
      code: 'platform-unsupported',
      message: expect.stringContaining('DATABASE_URL'),
    });
  });

  it('may be missing, which says what to run', async () => {
    await expect(prepareBinaries(folder, 'linux-x64')).rejects.toMatchObject({
      code: 'binaries-missing',
      remedy: expect.stringContaining('npm install'),
    });
  });

  it('get the links that npm left out', async () => {
    await fake('postgres (PostgreSQL) 18.4');
    await mkdir(path.join(folder, 'native/lib'));
    await writeFile(path.join(folder, 'native/lib/libx.so.1'), '');
    await writeFile(
      path.join(folder, 'native/pg-symlinks.json'),
      JSON.stringify([{ source: 'native/lib/libx.so.1', target: 'native/lib/libx.so' }]),
    );
    expect((await prepareBinaries(folder, 'linux-x64')).major).toBe('18');
    expect((await lstat(path.join(folder, 'native/lib/libx.so'))).isSymbolicLink()).toBe(true);
    await cp(path.join(folder, 'native/lib/libx.so'), path.join(folder, 'copy'));
    await prepareBinaries(folder, 'linux-x64');
  });

  it('may not run, which shows their own words', async () => {
    await fake('nothing useful');
    await expect(prepareBinaries(folder, 'linux-x64')).rejects.toThrow(/nothing useful/);
  });
});
