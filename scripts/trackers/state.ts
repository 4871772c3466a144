import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { REDMINE_URL, RT_URL, STATE_FILE } from './places.ts';

const NOT_RUNNING = 'Real trackers are not running: start them with "npm run trackers -- up"';
const OTHER_SEED =
  'The real trackers hold what another checkout seeded: renew it with "npm run trackers -- reset"';

const fieldIds = { externalId: z.number(), severity: z.number(), reference: z.number() };

/** What the seeds print, per tracker. */
export const seeds = {
  redmine: z.object({
    /** Of the account `lockstep`, an administrator. */
    apiKey: z.string(),
    /** Of `admin`: for what tests prepare, so that `lockstep` stays the sync's own. */
    adminApiKey: z.string(),
    project: z.object({ id: z.number(), identifier: z.string() }),
    /** `alice`, `bob`, `carol`; `lockstep`; `mallory`, who is in no project. */
    users: z.record(z.string(), z.object({ id: z.number(), apiKey: z.string(), email: z.string() })),
    roles: z.object({ manager: z.number(), developer: z.number() }),
    /** As the API names the field that holds the marker, e.g. `cf_1`. */
    markerField: z.string(),
    /** `request`: a long text. */
    customFieldIds: z.object({ ...fieldIds, request: z.number() }),
  }),
  rt: z.object({
    /** Of the account `lockstep`. */
    token: z.string(),
    /** Of `root`. */
    adminToken: z.string(),
    queue: z.object({ id: z.number(), name: z.string() }),
    /** `alice`, `bob`, `carol`; `lockstep`; `mallory`, who has no right at all. */
    users: z.record(z.string(), z.object({ id: z.number(), token: z.string(), email: z.string() })),
    /** The name of the custom field that holds the marker. */
    markerField: z.string(),
    /** `details`: a long text. */
    customFieldIds: z.object({ ...fieldIds, details: z.number() }),
  }),
};

export const stateSchema = z.object({
  redmine: seeds.redmine.optional(),
  rt: seeds.rt.optional(),
});
export type State = z.infer<typeof stateSchema>;

export interface Trackers {
  readonly redmine: z.infer<typeof seeds.redmine> & { readonly url: string };
  readonly rt: z.infer<typeof seeds.rt> & { readonly url: string };
}

/** Everything a test needs to talk to the real trackers. Throws when one of them does not answer. */
export async function realTrackers(): Promise<Trackers> {
  const text = await readFile(STATE_FILE, 'utf8').catch((cause: unknown) => {
    throw new Error(NOT_RUNNING, { cause });
  });
  const { data: state } = stateSchema.safeParse(JSON.parse(text));
  if (state === undefined) throw new Error(OTHER_SEED);
  if (state.redmine === undefined || state.rt === undefined) throw new Error(NOT_RUNNING);
  await Promise.all([
    reach(`${REDMINE_URL}/users/current.json`, { 'x-redmine-api-key': state.redmine.apiKey }),
    reach(`${RT_URL}/REST/2.0/rt`, { authorization: `token ${state.rt.token}` }),
  ]);
  return { redmine: { ...state.redmine, url: REDMINE_URL }, rt: { ...state.rt, url: RT_URL } };
}

async function reach(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) }).catch(
    (cause: unknown) => {
      throw new Error(NOT_RUNNING, { cause });
    },
  );
  await answer.body?.cancel();
  if (!answer.ok) {
    throw new Error(`${url} answered ${answer.status}: seed it again with "npm run trackers -- reset"`);
  }
}
