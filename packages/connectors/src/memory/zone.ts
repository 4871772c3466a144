import type { Zone } from './quirks.ts';

const MINUTE = 60_000;

/** The tracker's local time of an instant, as milliseconds of a clock on its wall. */
export function toLocal(instant: number, zone: Zone): number {
  const { minutes, changes } = zone;
  return instant + (changes !== undefined && instant >= changes.at ? changes.minutes : minutes) * MINUTE;
}

/** As the tracker understands a local time: one that comes twice is taken for the later instant. */
export function fromLocal(local: number, zone: Zone): number {
  const later = zone.changes === undefined ? undefined : local - zone.changes.minutes * MINUTE;
  return later !== undefined && later >= (zone.changes?.at ?? 0) ? later : local - zone.minutes * MINUTE;
}

/** The local time to ask for so that nothing since an instant is missed, also where it comes twice. */
export function localSince(instant: number, zone: Zone): number {
  const local = toLocal(instant, zone);
  const ahead = Math.max(0, fromLocal(local, zone) - instant);
  return ahead === 0 ? local : toLocal(instant - ahead, zone);
}
