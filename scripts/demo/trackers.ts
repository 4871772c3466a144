import { setTimeout as delay } from 'node:timers/promises';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';

export interface DemoTrackers {
  /** Where support works. */
  readonly helpdesk: MemoryTracker;
  /** Where the engineers work. */
  readonly workshop: MemoryTracker;
}

/** Two trackers in this process, which connections find by name, with the same people in both. */
export function openTrackers(): DemoTrackers {
  const open = (name: string): MemoryTracker => {
    const tracker = new MemoryTracker(name, () => Date.now());
    for (const [login, full] of [
      ['alice', 'Alice Archer'],
      ['bob', 'Bob Baker'],
      ['carol', 'Carol Cooper'],
    ] as const) {
      tracker.addUser({
        id: `${name}-${login}`,
        login,
        name: full,
        email: `${login}@example.test`,
        active: true,
      });
    }
    memoryTrackers.set(name, tracker);
    return tracker;
  };
  return { helpdesk: open('helpdesk'), workshop: open('workshop') };
}

export function person(tracker: MemoryTracker, login: 'alice' | 'bob' | 'carol'): string {
  return `${tracker.name}-${login}`;
}

/** Calls that changed something, as the trackers counted them: items, comments and files, by anyone but people. */
export function writesOf({ helpdesk, workshop }: DemoTrackers): number {
  return [helpdesk, workshop].reduce(
    (sum, { counts }) => sum + counts.write + counts.comment + counts.file,
    0,
  );
}

/** Items that Lockstep created: those with a marker. */
export function createdIn(tracker: MemoryTracker): string[] {
  return [...tracker.items].filter(([, item]) => item.marker !== undefined).map(([id]) => id);
}

/** The one living item of that title; throws when there is none or more. */
export function itemCalled(tracker: MemoryTracker, title: string): string {
  const found = [...tracker.items].filter(([, item]) => !item.deleted && item.fields['title'] === title);
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${tracker.name} has ${found.length} items called “${title}”, not one`);
  return only[0];
}

export function field(tracker: MemoryTracker, id: string, name: string): string {
  return String(tracker.item(id).fields[name] ?? '');
}

/** Waits until the tracker's clock shows a later time, as two people's edits rarely share one. */
export async function nextTick(tracker: MemoryTracker): Promise<void> {
  for (const now = tracker.now(); tracker.now() === now;) await delay(1);
}
