import { readFile } from 'node:fs/promises';
import type { Client, ScriptTrial } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { short, type Output } from '../output.ts';

export interface TryOptions {
  readonly file?: string;
  readonly library?: string;
}

/** Plays a script, the saved one or a file, on an item of either side. */
export async function tryScript(
  client: Client,
  name: string,
  item: string,
  options: TryOptions,
  output: Output,
): Promise<void> {
  const { items } = await client.tryScript(name, {
    item,
    ...(options.file === undefined ? {} : { script: await text(options.file) }),
    ...(options.library === undefined ? {} : { library: await text(options.library) }),
  });
  for (const trial of items) tell(trial, output);
  output.line('Nothing was written.');
  const failed = items.find(({ failure }) => failure !== undefined);
  output.result({ ok: failed === undefined, items });
  if (failed?.failure !== undefined)
    throw new Failure(EXIT.failed, 'script-failed', `${failed.key}: ${failed.failure}`, 'Correct it there.');
}

function tell({ side, key, isNew, fields, comments, log }: ScriptTrial, output: Output): void {
  output.line(`${key} on the ${side} side, ${isNew ? 'as a new item' : 'as a change of its counterpart'}:`);
  for (const { name, mapped, wanted } of fields) {
    if (wanted === undefined) output.line(`    ${name}: left as it is (mapped: ${short(mapped)})`);
    else if (JSON.stringify(mapped) === JSON.stringify(wanted)) output.line(`    ${name}: ${short(wanted)}`);
    else output.line(`  * ${name}: ${mapped === undefined ? '' : `${short(mapped, 40)} → `}${short(wanted)}`);
  }
  for (const { body, wanted } of comments) {
    if (wanted === null) output.line(`  * comment kept back: ${short(body)}`);
    else output.line(`  ${wanted === body ? ' ' : '*'} comment: ${short(wanted)}`);
  }
  for (const line of log) output.line(`    it logged: ${short(line)}`);
}

/** Prints the library that all scripts share, or saves another. */
export async function library(client: Client, file: string | undefined, output: Output): Promise<void> {
  if (file === undefined) {
    const saved = await client.scriptLibrary();
    output.line(saved.text);
    output.result({ ok: true, ...saved });
    return;
  }
  await client.putScriptLibrary(await text(file));
  output.line('The library is saved; every script is played with it from its next run on.');
  output.result({ ok: true });
}

async function text(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Failure(
      EXIT.input,
      'no-file',
      `${file}: this file cannot be read (${reason})`,
      'Give the path of a text.',
    );
  }
}
