const formats = new Map<string, Intl.DateTimeFormat>();
const DAY = /^\d{4}-\d\d-\d\d$/;
const LOCAL = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/;
const ABSOLUTE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** Is it a time zone by its name, such as `Europe/Berlin`? */
export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The day on a calendar there, `YYYY-MM-DD`. */
export function dayIn(zone: string, instant: number): string {
  return new Date(instant + offsetAt(zone, instant)).toISOString().slice(0, 10);
}

/** An instant as the clocks there show it, with their distance from UTC: `2026-03-05T14:00:00+01:00`. */
export function localText(zone: string, instant: number): string {
  const offset = offsetAt(zone, instant);
  const wall = new Date(instant + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${wall}Z`;
  const minutes = Math.abs(Math.round(offset / 60_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${wall}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The instant of a day's first moment or of a local time there, or of a time that names its own zone; else undefined. */
export function instantIn(zone: string, text: string): number | undefined {
  const given = text.trim();
  if (ABSOLUTE.test(given)) return known(Date.parse(given.replace(' ', 'T')));
  const [, day = DAY.test(given) ? given : undefined, time = '00:00'] = LOCAL.exec(given) ?? [];
  if (day === undefined) return undefined;
  const wall = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== day) return undefined;
  const guess = wall - offsetAt(zone, wall);
  return wall - offsetAt(zone, guess);
}

function known(instant: number): number | undefined {
  return Number.isNaN(instant) ? undefined : instant;
}

/** Milliseconds by which the clocks there are ahead of UTC. */
function offsetAt(zone: string, instant: number): number {
  if (zone === 'UTC') return 0;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const found =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(zone, found);
  return found;
}
