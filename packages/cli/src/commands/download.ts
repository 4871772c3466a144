import { constants } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EXIT, Failure } from '../exit.ts';

/** Writes beside the place, looks at it, and only then gives it its name; never in place of a file. The bytes written. */
export async function download(
  content: AsyncIterable<Uint8Array>,
  file: string,
  check: (file: string) => Promise<unknown> = async () => undefined,
): Promise<number> {
  if (await stat(file).catch(() => undefined))
    throw new Failure(EXIT.input, 'file-exists', `there is a file ${file} already`, 'Give another name.');
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.partial`);
  try {
    const bytes = await write(partial, content);
    await check(partial);
    await rename(partial, file);
    return bytes;
  } finally {
    await rm(partial, { force: true });
  }
}

async function write(file: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  const flags = constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY;
  const handle = await open(file, flags, 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      EXIT.input,
      'file-unusable',
      `${file} cannot be written (${error.code ?? error.message})`,
      'Give a folder that is there and that you may write to.',
    );
  });
  let bytes = 0;
  try {
    for await (const chunk of content) {
      await handle.write(chunk);
      bytes += chunk.length;
    }
    await handle.sync();
    return bytes;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      EXIT.failed,
      'broken-off',
      `it broke off after ${bytes} bytes: ${reason}`,
      'Nothing was kept. Look at the room on the disk and into the log of the server, then try again.',
    );
  } finally {
    await handle.close();
  }
}
