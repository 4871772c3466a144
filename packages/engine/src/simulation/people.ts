import { ConnectorError } from '@lockstep/sdk';
import type { FieldValue } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { PersonStep } from './history.ts';
import { OUTSIDE } from './watched-tracker.ts';
import type { WatchedTracker } from './watched-tracker.ts';

export const PEOPLE: Readonly<Record<Side, readonly string[]>> = {
  left: ['alice', 'bob'],
  right: ['u-alice', 'u-bob'],
};

const CHOICES = {
  status: ['open', 'doing', 'done', 'rejected'],
  priority: ['low', 'normal', 'high', 'urgent'],
  severity: ['minor', 'major', 'critical', null],
} as const;

/** Does what a step says, as its person would: on the item as that side shows it. False: there was nothing to do it to. */
export function act(step: PersonStep, tracker: WatchedTracker): boolean {
  const by = PEOPLE[step.side][step.by] ?? '';
  if (step.kind === 'create') {
    const title = itemName(step.item);
    const description = [1, 2, 3].map((line) => `${title} paragraph ${line}`).join('\n\n');
    tracker.create(by, { title, description, labels: [] }, { visibility: step.visibility });
    return true;
  }
  const id = find(tracker, step.item);
  if (id === undefined) return false;
  try {
    return change(step, tracker, id, by);
  } catch (error) {
    if (error instanceof ConnectorError) return false;
    throw error;
  }
}

function change(step: PersonStep, tracker: WatchedTracker, id: string, by: string): boolean {
  const stored = tracker.items.get(id);
  if (stored === undefined || (stored.deleted && step.kind !== 'restore')) return false;
  const labels = (stored.fields['labels'] ?? []) as readonly string[];
  const edit = (fields: Readonly<Record<string, FieldValue>>): boolean => {
    tracker.edit(by, id, fields);
    return true;
  };
  switch (step.kind) {
    case 'title':
      return edit({ title: `${itemName(step.item)} ${markName(step.mark)}` });
    case 'due':
      return edit({ due: dayOf(step.mark) });
    case 'tag':
      return edit({ labels: [...labels, markName(step.mark)] });
    case 'untag': {
      const tags = labels.filter((label) => label !== OUTSIDE);
      return tags.length > 0 && edit({ labels: labels.filter((label) => label !== tags[0]) });
    }
    case 'leave':
      return !labels.includes(OUTSIDE) && edit({ labels: [...labels, OUTSIDE] });
    case 'enter':
      return labels.includes(OUTSIDE) && edit({ labels: labels.filter((label) => label !== OUTSIDE) });
    case 'text':
      return edit({ description: reworded(step, String(stored.fields['description'] ?? '')) });
    case 'choose':
      return edit({
        [step.field]:
          step.field === 'assignee'
            ? (PEOPLE[step.side][step.choice] ?? null)
            : (CHOICES[step.field][step.choice] ?? null),
      });
    case 'comment':
      tracker.comment(by, id, `says ${markName(step.mark)}`, step.visibility);
      return true;
    case 'file':
      tracker.attach(by, id, `${markName(step.mark)}.txt`, new TextEncoder().encode(`content ${step.mark}`));
      return true;
    case 'link':
      tracker.link(by, id, { url: `https://example.test/${markName(step.mark)}`, title: 'See also' });
      return true;
    case 'uncomment': {
      const comment = stored.comments[step.which % Math.max(1, stored.comments.length)];
      if (comment === undefined) return false;
      tracker.deleteComment(by, id, comment.id);
      return true;
    }
    case 'detach': {
      const file = stored.files[step.which % Math.max(1, stored.files.length)];
      if (file === undefined) return false;
      tracker.detach(by, id, file.id);
      return true;
    }
    case 'hide':
    case 'show':
      tracker.setVisibility(by, id, step.kind === 'hide' ? 'private' : 'public');
      return true;
    case 'delete':
      tracker.delete(id, by);
      return true;
    case 'restore':
      if (!stored.deleted) return false;
      tracker.restore(by, id);
      return true;
    case 'create':
      return false;
  }
}

function reworded(step: Extract<PersonStep, { readonly kind: 'text' }>, text: string): string {
  const paragraphs = text.split(/\r?\n\r?\n/).filter((one) => one.trim() !== '');
  const at = paragraphs.length === 0 ? 0 : step.paragraph % paragraphs.length;
  // Every third in words that trackers mark up in their own ways.
  const name = markName(step.mark);
  const said = step.mark % 3 === 0 ? `**${name}** new words` : `${name} new words`;
  if (step.how === 'append') paragraphs.push(said);
  else if (step.how === 'remove') paragraphs.splice(at, 1);
  else paragraphs[at] = said;
  return paragraphs.join('\n\n');
}

export function itemName(item: number): string {
  return `item${item}x`;
}

export function markName(mark: number): string {
  return `mark${mark}x`;
}

export function dayOf(mark: number): string {
  return new Date(Date.UTC(2030, 0, 1 + mark)).toISOString().slice(0, 10);
}

/** The id of an item on a side, the living one first; people tell items by their names. */
export function find(tracker: WatchedTracker, item: number): string | undefined {
  const all = findAll(tracker, item);
  return all.find((id) => tracker.items.get(id)?.deleted === false) ?? all[0];
}

export function findAll(tracker: WatchedTracker, item: number): readonly string[] {
  const name = itemName(item);
  return [...tracker.items]
    .filter(([, stored]) => String(stored.fields['title']).split(' ')[0] === name)
    .map(([id]) => id);
}
