import { ApiError } from '@lockstep/api';
import type { Client, RecoveryInput, RecoveryPlan } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { short, when, type Output } from '../output.ts';
import { tellPlan } from './plan.ts';

export interface RecoveryOptions {
  readonly integration?: string;
  readonly run?: string;
  readonly outcome?: string;
  readonly parked?: string;
  readonly from?: 'left' | 'right' | 'newest';
  readonly plan?: true;
}

/** Asks for one of the three of these items, or of all that a filter gives. */
export async function recover(
  client: Client,
  action: 'resync' | 'hard-resync' | 'recreate',
  keys: readonly string[],
  options: RecoveryOptions,
  output: Output,
): Promise<void> {
  const { run, outcome, parked, from } = options;
  const body = {
    action,
    ...(keys.length === 0 ? {} : { items: [...keys] }),
    ...(run === undefined ? {} : { run }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(parked === undefined ? {} : { parked }),
    ...(action === 'hard-resync' && from !== undefined ? { from } : {}),
  } as RecoveryInput;
  const name = options.integration ?? (await integrationOf(client, keys, run));
  if (options.plan === true) {
    const plan = await client.planRecovery(name, body);
    tell(plan, output);
    return output.result({ ok: true, ...plan });
  }
  await askFor(client, name, body, output);
}

/** Its plan is always shown, with its counts; without `--plan` it is asked for then. */
export async function undo(
  client: Client,
  subject: string,
  options: RecoveryOptions,
  output: Output,
): Promise<void> {
  const run = await runOf(client, subject);
  const body: RecoveryInput = {
    action: 'undo',
    ...(run === undefined ? { items: [subject] } : { run: subject }),
    ...(run === undefined && options.run !== undefined ? { run: options.run } : {}),
  };
  const name = options.integration ?? run ?? (await integrationOf(client, [subject], undefined));
  const plan = await client.planRecovery(name, body);
  tell(plan, output);
  output.line('Creations, comments and files are not undone.');
  if (options.plan === true) return output.result({ ok: true, ...plan });
  await askFor(client, name, body, output, { plan });
}

export interface ResolveOptions {
  readonly integration?: string;
  readonly with?: 'left' | 'right' | 'newest';
  readonly value?: string;
  readonly side?: 'left' | 'right';
  readonly field?: string;
  readonly plan?: true;
}

/** Ends these conflicts, or all open ones of an integration, by one rule. */
export async function resolve(
  client: Client,
  ids: readonly string[],
  options: ResolveOptions,
  output: Output,
): Promise<void> {
  const { value, side = 'left', field } = options;
  if (ids.length === 0 && options.integration === undefined)
    throw new Failure(
      EXIT.input,
      'usage',
      'it is not said which conflicts are meant',
      'Name them (lockstep conflicts lists them), or give --integration NAME for all open ones.',
    );
  const body: RecoveryInput = {
    action: 'resolve',
    ...(ids.length === 0 ? {} : { conflicts: [...ids] }),
    ...(field === undefined ? {} : { field }),
    ...(options.with === undefined ? {} : { choice: options.with }),
    ...(value === undefined ? {} : { value: { side, value } }),
  };
  await inTheirIntegration(client, options.integration, async (name) => {
    if (options.plan !== true) return askFor(client, name, body, output);
    const plan = await client.planRecovery(name, body);
    tell(plan, output);
    output.result({ ok: true, ...plan });
  });
}

/** Conflicts that wait for a person, or all, with what both sides said and had agreed on before. */
export async function conflicts(
  client: Client,
  name: string | undefined,
  options: { readonly all?: true; readonly limit: number },
  output: Output,
): Promise<void> {
  const names = name === undefined ? (await client.integrations()).items.map((one) => one.name) : [name];
  const items = [];
  for (const integration of names) {
    const query = { limit: options.limit, open: options.all === true ? undefined : true };
    const found = await client.conflicts(integration, query);
    items.push(...found.items.map((one) => ({ integration, ...one })));
  }
  for (const one of items) {
    const { items: pair } = one;
    output.line(
      `${one.id}  ${one.outcome}  ${one.integration}: ${pair?.left.key ?? '?'} ↔ ${pair?.right.key ?? '?'}  ${one.field.left} ↔ ${one.field.right}`,
    );
    output.line(`    base:  ${short(one.base.left, 60)}`);
    for (const side of ['left', 'right'] as const)
      output.line(
        `    ${`${side}:`.padEnd(6)} ${short(one[side].value, 60)}${one[side].by === undefined ? '' : `, by ${one[side].by}`}${one[side].at === undefined ? '' : `, ${when(one[side].at)}`}`,
      );
    if (one.resolvedBy !== undefined) output.line(`    resolved by ${one.resolvedBy}`);
    else if (one.refused !== undefined) output.line(`    the latest resolution was not done: ${one.refused}`);
  }
  if (items.length === 0)
    output.line(options.all === true ? 'There are no conflicts.' : 'No conflict waits.');
  output.result({ ok: true, items });
}

async function askFor(
  client: Client,
  name: string,
  body: RecoveryInput,
  output: Output,
  more: object = {},
): Promise<void> {
  const asked = await client.recover(name, body);
  const skipped = asked.skipped === 0 ? '' : ` ${asked.skipped} of those meant cannot be.`;
  output.line(`${asked.asked} asked for; a run of ${name} begins with it now.${skipped}`);
  output.result({ ok: true, integration: name, ...asked, ...more });
}

function tell(plan: RecoveryPlan, output: Output): void {
  tellPlan(plan, output);
  for (const entry of plan.entries)
    for (const one of entry.leftAlone ?? [])
      output.line(
        `    ${entry.left?.key ?? ''} left alone: ${one.title} on the ${one.side} side: ${one.reason}`,
      );
  const more = plan.chosen > plan.shown ? `, of which ${plan.shown} were looked at` : '';
  output.line(
    `${plan.chosen} chosen${more}; ${plan.fields} ${plan.fields === 1 ? 'value' : 'values'} to write, ${plan.leftAlone} left alone. Nothing was written.`,
  );
}

/** The integration that the run, or all of the items, belong to. */
async function integrationOf(
  client: Client,
  keys: readonly string[],
  run: string | undefined,
): Promise<string> {
  const ofRun = run === undefined ? undefined : (await client.oneRun(run)).integration;
  if (ofRun !== undefined) return ofRun;
  const [key] = keys;
  if (key === undefined)
    throw new Failure(
      EXIT.input,
      'usage',
      'it is not said which items are meant',
      'Name them, or give --integration NAME with --outcome or --parked, or --run RUN.',
    );
  const places = new Set((await client.findItem(key)).items.map(({ integration }) => integration));
  const [first, second] = places;
  if (first !== undefined && second === undefined) return first;
  throw new Failure(
    EXIT.input,
    first === undefined ? 'unknown-item' : 'ambiguous-item',
    first === undefined
      ? `no run has looked at an item “${key}”`
      : `“${key}” is known in ${[...places].join(' and ')}`,
    first === undefined
      ? 'Give its id, key or address, of either side.'
      : 'Say in which with --integration NAME.',
  );
}

/** The integration of a run; undefined when there is no such run. */
async function runOf(client: Client, id: string): Promise<string | undefined> {
  try {
    return (await client.oneRun(id)).integration;
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === 'unknown-run') return undefined;
    throw error;
  }
}

/** Conflicts have ids and no integration in their name: the one that knows them does it. */
async function inTheirIntegration(
  client: Client,
  named: string | undefined,
  action: (name: string) => Promise<void>,
): Promise<void> {
  const names = named === undefined ? (await client.integrations()).items.map(({ name }) => name) : [named];
  let unknown: unknown;
  for (const name of names) {
    try {
      return await action(name);
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem.code !== 'unknown-conflict') throw error;
      unknown = error;
    }
  }
  throw unknown ?? new Failure(EXIT.input, 'unknown-conflict', 'there is no integration', 'Apply one first.');
}
