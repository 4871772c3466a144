import type { DurationUnit } from '@lockstep/sdk';

const SECONDS: Readonly<Record<DurationUnit, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
};
/** Trackers that count in small units keep whole ones. */
const DECIMALS: Readonly<Record<DurationUnit, number>> = { seconds: 0, minutes: 0, hours: 4, days: 6 };

/** The same time in another unit. */
export function inUnit(value: number, from: DurationUnit, to: DurationUnit): number {
  const scale = 10 ** DECIMALS[to];
  return Math.round(((value * SECONDS[from]) / SECONDS[to]) * scale) / scale;
}

/** For people: `2h 30m`. */
export function durationText(value: number, unit: DurationUnit): string {
  const seconds = Math.round(value * SECONDS[unit]);
  const parts = [
    [Math.trunc(seconds / 3_600), 'h'],
    [Math.trunc((seconds % 3_600) / 60), 'm'],
    [seconds % 60, 's'],
  ] as const;
  const told = parts.filter(([amount]) => amount !== 0).map(([amount, name]) => `${amount}${name}`);
  return told.length === 0 ? '0m' : told.join(' ');
}

const FORM = /^(?:(\d+(?:\.\d+)?)\s*h)?\s*(?:(\d+(?:\.\d+)?)\s*m(?:in)?)?\s*(?:(\d+(?:\.\d+)?)\s*s)?$/i;

/** `2h 30m`, `90m`, `1.5h`, `2:30`, or a number in the field's own unit; undefined for anything else. */
export function readDuration(text: string, unit: DurationUnit): number | undefined {
  const given = text.trim();
  if (given === '') return undefined;
  if (Number.isFinite(Number(given))) return Number(given);
  const [, clockHours, clockMinutes] = /^(\d+):([0-5]\d)$/.exec(given) ?? [];
  const [, hours = clockHours, minutes = clockMinutes, seconds] = FORM.exec(given) ?? [];
  if (hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  const total = Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return inUnit(total, 'seconds', unit);
}
