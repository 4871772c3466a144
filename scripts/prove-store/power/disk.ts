import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MEGABYTES = 1_200;

/** ext4's own way to play a power cut (EXT4_IOC_SHUTDOWN with NOLOGFLUSH): from here on nothing reaches the disk below. */
const CUT = `
  my ($place, @frozen) = @ARGV;
  open(my $folder, '<', $place) or die "open: $!";
  my $flag = pack('L', 2);
  kill 'STOP', @frozen;
  ioctl($folder, 0x8004587d, $flag) or die "ioctl: $!";
  print "cut\\n";`;

/**
 * A disk that can lose its power. The file system that the store lies on has a file as its disk, and that file lies on a
 * second file system, which plays the write cache of the disk: only what was flushed is sure to be in it after a cut.
 * To be used in a mount namespace of its own, so that nothing stays behind.
 */
export class Disk {
  readonly folder: string;
  private readonly below: string;
  private readonly image: string;

  constructor(folder: string) {
    this.image = path.join(folder, 'medium');
    this.below = path.join(folder, 'below');
    this.folder = path.join(folder, 'disk');
  }

  /** @throws Error where this machine cannot do it. */
  async make(): Promise<void> {
    const inner = path.join(this.below, 'disk');
    await mkdir(this.below);
    await mkdir(this.folder);
    await run('truncate', ['--size', `${MEGABYTES * 1.15}M`, this.image]);
    await run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', this.image]);
    await run('mount', ['-o', 'loop', this.image, this.below]);
    await run('fallocate', ['--length', `${MEGABYTES}M`, inner]);
    await run('mkfs.ext4', ['-q', '-F', '-E', 'nodiscard,lazy_itable_init=0', inner]);
    await run('mount', ['-o', 'loop', inner, this.folder]);
    await run('sync', []);
  }

  /** Freezes these processes and cuts the power in the same moment; what the store does from here on reaches nothing. */
  async cut(frozen: readonly number[]): Promise<void> {
    const perl = spawn('perl', ['-e', CUT, this.below, ...frozen.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface({ input: perl.stdout }).on('line', (line) => lines.push(line));
    await once(perl, 'close');
    if (lines[0] !== 'cut') throw new Error('the power could not be cut');
  }

  /** The power is back: both file systems are mounted again, which replays their journals. Nobody may be using them. */
  async restore(): Promise<void> {
    await this.remove();
    await run('mount', ['-o', 'loop', this.image, this.below]);
    await run('mount', ['-o', 'loop', path.join(this.below, 'disk'), this.folder]);
  }

  /** What is not mounted needs no unmounting. */
  async remove(): Promise<void> {
    for (const folder of [this.folder, this.below])
      if ((await run('mountpoint', ['-q', folder]).catch(() => undefined)) !== undefined)
        await run('umount', [folder]);
  }
}
