import type { Why } from '@lockstep/api';
import type { Both, Explanation, Side } from '@lockstep/engine';
import { SIDES } from '@lockstep/engine';
import type { FieldValue, Schema } from '@lockstep/sdk';
import type { ItemNames } from '../items/item-name.ts';
import { wordsOf } from '../jobs/plan-words.ts';
import type { IntegrationEntry } from '../store/integrations.ts';

type Answer = Why['answers'][number];

/** What a run would do in time: only then it matters when the next one comes. */
const NEXT = ['to-be-created', 'to-be-adopted', 'not-carried'];

/** An explanation in a sentence, with what keeps the integration as a whole from running. */
export function answerOf(
  { configuration, enabled, enabledAt, pausedAt }: IntegrationEntry,
  one: Explanation,
  schemas: Partial<Both<Schema>>,
  nextRun: string | undefined,
): Answer {
  const { name } = configuration;
  const key = one.items[one.side]?.key ?? one.id;
  const waits = nextRun !== undefined && NEXT.includes(one.code) ? `, at ${nextRun} or later` : '';
  const said = `${key} ${one.reason}${waits}`;
  const pause =
    enabledAt === null
      ? { code: 'never-enabled', why: `“${name}” was never enabled, so nothing runs` }
      : {
          code: 'disabled',
          why: `“${name}” is disabled${pausedAt === null ? '' : ` since ${pausedAt}`}, so nothing runs`,
        };
  const valued = (side: Side, field: string, value: FieldValue) => {
    const { title, words } = wordsOf(schemas, side, field);
    return { field, title, value, words: words(value) };
  };
  const remedy = enabled ? one.remedy : `lockstep enable ${name}`;
  return plain({
    integration: name,
    side: one.side,
    ...(enabled ? { code: one.code } : { code: pause.code, otherwise: one.code }),
    sentence: enabled ? `In “${name}” ${said}.` : `${pause.why}; apart from that, ${said}.`,
    ...(remedy === undefined ? {} : { remedy }),
    ...Object.fromEntries(
      SIDES.flatMap((side) => {
        const item = one.items[side];
        return item === undefined ? [] : [[side, { id: item.id, key: item.key, url: item.url }]];
      }),
    ),
    fields: one.fields.map((field) => ({
      left: valued('left', field.field.left, field.left),
      right: valued('right', field.field.right, field.right),
      why: field.why,
      reason: field.reason,
    })),
    unmet: one.unmet.map(({ values, ...rest }) => ({
      ...rest,
      values: values.map(({ field, value }) => valued(rest.side, field, value)),
    })),
    parked: one.parked,
    ...(nextRun === undefined ? {} : { nextRun }),
  });
}

/** Where the item could not be looked at. */
export function blockedAnswer(
  { integration, side }: Pick<Why['read'][number], 'integration' | 'side'>,
  code: string,
  reason: string,
  remedy: string,
): Answer {
  return {
    integration,
    side,
    code,
    sentence: `In “${integration}” it cannot be looked at: ${reason}.`,
    remedy,
    fields: [],
    unmet: [],
    parked: [],
  };
}

/** The answer in short. */
export function summed(
  { given, address }: ItemNames,
  answers: readonly Answer[],
  read: Why['read'],
  integrations: number,
  isElsewhere: boolean,
): string {
  if (integrations === 0) return 'There is no integration, so nothing is in sync.';
  if (isElsewhere && address !== undefined)
    return `The address is at ${address.host}, to which no connection of an integration leads: nothing there is in any scope.`;
  const [first] = answers;
  if (first !== undefined && answers.length === 1) return first.sentence;
  if (answers.length > 1)
    return `“${given}” is what ${answers.length} items are called: ${answers
      .map((one) => `${one[one.side]?.key ?? given} on the ${one.side} of “${one.integration}” (${one.code})`)
      .join('; ')}.`;
  const failed = read.filter(({ failure }) => failure !== undefined).length;
  const rest = failed === 0 ? '' : `; ${failed} of them could not be read`;
  return `No item called “${given}” is in the scope of any integration, as far as its accounts see: ${read.length} ${read.length === 1 ? 'side was' : 'sides were'} looked at${rest}.`;
}

/** Values of items are read-only; answers are plain data. */
function plain(value: object): Answer {
  return JSON.parse(JSON.stringify(value)) as Answer;
}
