import type { Client } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { table, when, type Output } from '../output.ts';

export type CaptureVerb = 'on' | 'off' | 'list' | 'show';

export interface CaptureOptions {
  readonly for: number;
  readonly run?: string;
  readonly limit: number;
}

/** Requests of a connection in full, for a limited time; a person's look at what the tracker really says. */
export async function capture(
  client: Client,
  connection: string,
  [verb, id]: readonly [CaptureVerb, string | undefined],
  options: CaptureOptions,
  output: Output,
): Promise<void> {
  if (verb === 'show') return show(client, id, output);
  if (verb === 'list') {
    const found = await client.capturedRequests(connection, { limit: options.limit, run: options.run });
    const rows = found.items.map((one) => [
      one.id,
      when(one.at),
      String(one.status ?? '-'),
      `${one.milliseconds} ms`,
      `${one.method} ${one.url}`,
    ]);
    for (const line of table(rows)) output.line(line);
    if (rows.length === 0) output.line(`Nothing of ${connection} is captured.`);
    return output.result({ ok: true, ...found });
  }
  const state =
    verb === 'on'
      ? await client.startCapture(connection, { minutes: options.for })
      : await client.stopCapture(connection);
  output.line(
    state.on
      ? `Requests of ${connection} are captured until ${when(state.until)}, without secrets.`
      : `Requests of ${connection} are captured no more; ${state.requests} are kept for a week.`,
  );
  output.result({ ok: true, ...state });
}

async function show(client: Client, id: string | undefined, output: Output): Promise<void> {
  if (id === undefined)
    throw new Failure(
      EXIT.input,
      'usage',
      'say which request is to be shown',
      'lockstep capture CONNECTION list tells their ids.',
    );
  const one = await client.capturedRequest(id);
  const part = (headers: Readonly<Record<string, string>>, body: string): void => {
    for (const [name, value] of Object.entries(headers)) output.line(`${name}: ${value}`);
    if (body !== '') output.line(`\n${body}`);
  };
  output.line(`${one.method} ${one.url}`);
  part(one.request.headers, one.request.body);
  output.line(`\n${one.status ?? 'no answer'} after ${one.milliseconds} ms`);
  part(one.answer.headers, one.answer.body);
  if (one.failure !== undefined) output.line(one.failure);
  output.result({ ok: true, request: one });
}

/** `15m`, `2h`, `30` (minutes). Undefined if it is none of them. */
export function minutesOf(text: string): number | undefined {
  const [, number, unit = 'm'] = /^(\d{1,4})\s*([mh])?$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const minutes = Number(number) * (unit === 'h' ? 60 : 1);
  return minutes >= 1 && minutes <= 24 * 60 ? minutes : undefined;
}
