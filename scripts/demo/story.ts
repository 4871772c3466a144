import type { Client, Run } from '@lockstep/api';
import { firstRun, followRun } from '../follow-run.ts';
import { applyIntegration, INTEGRATION } from './integration.ts';
import { createdIn, field, itemCalled, nextTick, person, writesOf, type DemoTrackers } from './trackers.ts';

/** What the demo found, counted in the trackers and asked of the API. */
export interface Findings {
  readonly pairs: number;
  readonly created: { readonly left: number; readonly right: number };
  readonly edited: number;
  readonly merged: number;
  readonly conflicts: number;
  readonly comments: number;
  readonly files: number;
  /** Private comments seen on the other side. */
  readonly leaked: number;
  readonly secondRunWrites: number;
}

const REPORT = [
  'The printer on floor 3 stops after two pages.',
  'It has done so since Monday.',
  'Toner and paper are fine.',
].join('\n\n');

/** Plays the whole story, telling each step; every number comes from what the trackers hold afterwards. */
export async function playStory(
  client: Client,
  trackers: DemoTrackers,
  tell: (line: string) => void,
): Promise<Findings> {
  const { helpdesk, workshop } = trackers;
  const alice = person(helpdesk, 'alice');
  const bob = person(workshop, 'bob');
  const sync = async (): Promise<void> => tell(`   ↻ ${inWords(await followRun(client, INTEGRATION))}`);
  // So rarely that no other run comes between two steps of the story.
  const begin = async (): Promise<void> => {
    await applyIntegration(client, '1d');
    tell(`   ↻ ${inWords(await firstRun(client, INTEGRATION))}`);
  };

  tell('1. Both directions are created');
  const printer = helpdesk.create(alice, { title: 'Printer stops', description: REPORT, priority: 'normal' });
  for (const title of ['Laptop is slow', 'No sound in room 12', 'VPN asks twice'])
    helpdesk.create(alice, { title, assignee: person(helpdesk, 'carol') });
  const rack = workshop.create(bob, {
    title: 'Replace the rack fan',
    severity: 'major',
    labels: ['hardware'],
  });
  for (const title of ['Renew certificates', 'Archive old logs']) workshop.create(bob, { title });
  tell(`   4 tasks stand in the helpdesk, 3 others in the workshop. The integration is enabled, and runs.`);
  await begin();
  const twin = itemCalled(workshop, 'Printer stops');
  const rackTwin = itemCalled(helpdesk, 'Replace the rack fan');
  tell(
    `   HELPDESK-${printer} “Printer stops” is now WORKSHOP-${twin} as well; all ${helpdesk.items.size} are on both sides.`,
  );

  tell('2. An edit is carried over');
  workshop.edit(bob, rack, { status: 'doing', assignee: bob, due: '2030-01-31' });
  tell('   Bob takes the rack fan in the workshop: status, assignee and due date change.');
  await sync();
  const carried = ['status', 'due'].filter(
    (name) => field(helpdesk, rackTwin, name) === field(workshop, rack, name),
  );
  const assigned = field(helpdesk, rackTwin, 'assignee') === person(helpdesk, 'bob');
  tell(
    `   The helpdesk says: ${field(helpdesk, rackTwin, 'status')}, due ${field(helpdesk, rackTwin, 'due')}, assigned to ${helpdesk.users.get(field(helpdesk, rackTwin, 'assignee'))?.name ?? 'nobody'}.`,
  );

  tell('3. Both sides edit the same text, and both edits stay');
  helpdesk.edit(alice, printer, { description: REPORT.replace('floor 3', 'floor 3, room 14,') });
  workshop.edit(bob, twin, { description: REPORT.replace('are fine', 'are fine; the fuser is worn') });
  tell('   Alice adds the room to the first paragraph while Bob adds the fuser to the last.');
  await sync();
  const merged = [field(helpdesk, printer, 'description'), field(workshop, twin, 'description')];
  for (const line of merged[0]?.split('\n').filter((it) => it !== '') ?? []) tell(`   │ ${line}`);

  tell('4. Both sides change the same single value: one wins, the other is kept');
  helpdesk.edit(alice, printer, { priority: 'urgent' });
  await nextTick(helpdesk);
  workshop.edit(bob, twin, { priority: 'low' });
  tell('   Alice says urgent; a moment later, Bob says low. The newest wins.');
  await sync();
  const conflicts = (await client.conflicts(INTEGRATION)).items.filter(
    (it) => it.field.left === 'priority' && it.left.value === 'urgent' && it.right.value === 'low',
  );
  tell(
    `   Both sides now say ${field(helpdesk, printer, 'priority')}. The conflict record keeps both values:`,
  );
  for (const it of conflicts)
    tell(`   │ left ${String(it.left.value)}, right ${String(it.right.value)}: ${it.outcome} (${it.reason})`);

  tell('5. Comments and files go over; a private note does not');
  helpdesk.comment(alice, printer, 'It also beeps three times.');
  helpdesk.comment(alice, printer, 'The customer is about to cancel the contract.', 'private');
  const photo = new TextEncoder().encode('not really a photograph of a printer');
  workshop.attach(bob, twin, 'fuser.jpg', photo, 'image/jpeg');
  await sync();
  const copies = workshop.item(twin).comments.filter((it) => it.body.includes('beeps three times'));
  const leaks = workshop.item(twin).comments.filter((it) => it.body.includes('cancel the contract'));
  const files = helpdesk.item(printer).files.filter((it) => Buffer.compare(it.content, photo) === 0);
  for (const it of copies) tell(`   │ WORKSHOP-${twin}: ${it.body.replaceAll('\n', ' ')}`);
  for (const it of files) tell(`   │ HELPDESK-${printer}: file ${it.name}, ${it.size} bytes`);

  tell('6. Nobody edits: there is nothing to do');
  await sync();
  const before = writesOf(trackers);
  await sync();
  const secondRunWrites = writesOf(trackers) - before;
  tell(`   ${secondRunWrites} writes.`);

  const status = (await client.status()).integrations.find((it) => it.name === INTEGRATION);
  return {
    pairs: status?.pairs ?? 0,
    created: { left: createdIn(helpdesk).length, right: createdIn(workshop).length },
    edited: carried.length + (assigned ? 1 : 0),
    merged:
      merged[0] === merged[1] && merged.every((it) => it.includes('room 14') && it.includes('fuser is worn'))
        ? 1
        : 0,
    conflicts: conflicts.length,
    comments: copies.length,
    files: files.length,
    leaked: leaks.length,
    secondRunWrites,
  };
}

/** Does the story end as it should? */
export function isWell(found: Findings, { helpdesk, workshop }: DemoTrackers): boolean {
  return (
    found.pairs === helpdesk.items.size &&
    found.pairs === workshop.items.size &&
    found.created.left + found.created.right === found.pairs &&
    found.created.left > 0 &&
    found.created.right > 0 &&
    found.edited === 3 &&
    found.merged >= 1 &&
    found.conflicts >= 1 &&
    found.comments === 1 &&
    found.files === 1 &&
    found.leaked === 0 &&
    found.secondRunWrites === 0
  );
}

function inWords(run: Run): string {
  const { left, right } = run;
  if (left === undefined || right === undefined || run.outcome !== 'succeeded')
    return `the run ${run.outcome}${run.message === undefined ? '' : `: ${run.message}`}`;
  const sum = (key: 'created' | 'updated' | 'comments' | 'attachments'): number => left[key] + right[key];
  const done = [
    counted(sum('created'), 'item created', 'items created'),
    counted(sum('updated'), 'update', 'updates'),
    counted(sum('comments'), 'comment', 'comments'),
    counted(sum('attachments'), 'file', 'files'),
  ].filter((text) => text !== undefined);
  const written = done.length === 0 ? 'nothing to write' : done.join(', ');
  return `a run: ${written}; ${left.requests + right.requests} requests`;
}

function counted(count: number, one: string, many: string): string | undefined {
  return count === 0 ? undefined : `${count} ${count === 1 ? one : many}`;
}
