import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { SUBJECTS } from '../../packages/engine/src/simulation/failures/index.ts';
import type { Broken, NamedFailure } from '../../packages/engine/src/simulation/failures/failure.ts';

export const DOCUMENT = path.resolve(import.meta.dirname, '../../docs/evidence/named-failures.md');

const PROMISES: Readonly<Record<Broken, string>> = {
  P1: 'P1, no duplicates',
  P2: 'P2, no loss',
  P3: 'P3, no echo',
  P4: 'P4, no silent overwrite',
  P5: 'P5, out of scope is untouched',
  P6: 'P6, confidential stays inside',
  P7: 'P7, both sides agree in the end',
  P8: 'P8, nothing waits for something else',
  brake: 'a safety brake',
};

const HEAD = `# Named failures

<!-- Written by \`npm run guards -- --write-document\`; a test fails when it differs from the code. -->

What is known to go wrong where trackers are kept in step, each as a scenario that brings it about, with the one protection that keeps it
away. \`npm run guards\` plays each twice: with all protections, when every promise must be kept, and with the source text of its own guard
replaced, when the promise named here must break. \`--only PART\` plays those whose name contains it, \`--trace\` tells what happened.

Most are histories that the real engine plays over simulated trackers. Where the protection is out of their reach (a connector’s list, the
server’s refusal, two automations that fight each other), a small function plays the real code instead. The sources are public reports of the
failure in other products, or their documents; where there is none, the reason has to do.`;

const TAIL = `## Not here

- **A typed link (“blocks”, “is part of”) that is set twice** because both its ends are synced and each brings it along: links between items
  are not synced yet, so nothing brings one along. The only links that are written are those between the two items of a pair. Each side
  has its own, which nothing carries over; see “a link whose answer was lost is set again” and “two items that refer to each other are linked again and again”.
- **A webhook that is faster than the link row**: there are no webhooks, and where there will be, they only wake a run early, by design: what
  changed is always read from the list. What a webhook would tell too early, that list tells as early, and is held against the same marker
  under the same guard; see “news of the copy come before the link is stored” and, without a marker, “news of the copy come from a tracker that keeps no marker”.
- **What a backup took back from a tracker**, and nobody edits afterwards: no list of changes tells of it, so the other side keeps the newer
  value until somebody edits the item. New edits and new items after it are told apart, see “a restored tracker …”; only where the tracker
  compares versions itself, and its first reading after the restore also carries a change from the other side, that change can be written
  to an item that got an old number again. It is in the journal then.
- **The lease in PostgreSQL**: a run that lost its lease cannot write. That is tested against PostgreSQL itself, in
  \`packages/server/src/store/pg-store.pg.test.ts\`.
- **A time zone of Request Tracker’s account that is not UTC** is refused by the connector, against the real tracker, in
  \`packages/connectors/src/rt/connection.real.test.ts\`; here the tracker in memory plays one with local time.`;

/** The list of named failures as it belongs into the documents. */
export async function writeDocument(): Promise<string> {
  const guards = new Set(SUBJECTS.flatMap(({ failures }) => failures.map(({ guard }) => guardId(guard))));
  const count = SUBJECTS.reduce((sum, { failures }) => sum + failures.length, 0);
  const chapters = SUBJECTS.map(({ title, failures }) => `## ${title}\n\n${failures.map(told).join('\n\n')}`);
  const text = [HEAD, `${count} failures, ${guards.size} guards.`, ...chapters, TAIL].join('\n\n');
  return format(text, { ...(await resolveConfig(DOCUMENT)), parser: 'markdown' });
}

export function guardId({ file, text, without }: NamedFailure['guard']): string {
  return JSON.stringify([file, text, without]);
}

function told({ name, reason, source, promise, guard }: NamedFailure): string {
  const file = `[${path.basename(guard.file)}](../../packages/${guard.file})`;
  const facts = [
    `- Breaks: ${PROMISES[promise]}`,
    `- Guard: ${guard.name}, in ${file}`,
    ...(source === undefined ? [] : [`- Met: <${source}>`]),
  ];
  return [`### ${name.charAt(0).toUpperCase()}${name.slice(1)}`, reason, facts.join('\n')].join('\n\n');
}
