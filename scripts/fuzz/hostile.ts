import type { Chance } from '../../e2e/prove-real/chance.ts';

/** Texts that broke something somewhere once. */
const TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u202Egnirts',
  '\uD800',
  '\uFEFF',
  '👩‍👩‍👧‍👦'.repeat(50),
  'a'.repeat(70_000),
  '../../etc/passwd',
  '%00',
  '%',
  "'; drop table pair; --",
  '${env:HOME}',
  '{{constructor}}',
  '__proto__',
  'constructor',
  'toString',
  '<script>alert(1)</script>',
  'true',
  'null',
  '0',
  '-1',
  '1e999',
  'NaN',
  '9007199254740993',
  '2026-02-30T25:61:00Z',
  '0000-00-00',
  '+275760-09-13T00:00:00.001Z',
  'P1Y',
  '99999999999d',
  '-5m',
  '0s',
  'javascript:alert(1)',
  'http://127.0.0.1:1/',
  'http://[::1]:1',
  'file:///etc/passwd',
  '(a+)+$',
  'a, b\r\nx-injected: 1',
];

export function hostileText(chance: Chance): string {
  return chance.pick(TEXTS);
}

export function hostileValue(chance: Chance): unknown {
  switch (chance.below(8)) {
    case 0:
      return null;
    case 1:
      return chance.pick([0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, -0, 4_294_967_296]);
    case 2:
      return chance.happens(0.5);
    case 3:
      return Array.from({ length: chance.pick([0, 1, 3, 2_000]) }, () => hostileText(chance).slice(0, 20));
    case 4:
      return JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}');
    case 5:
      return nested(chance.pick([5, 50, 1_000]));
    default:
      return hostileText(chance);
  }
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Changes some places of a value into something that nobody expects. */
export function spoil(value: unknown, chance: Chance): unknown {
  if (chance.happens(0.15) || typeof value !== 'object' || value === null) return hostileValue(chance);
  if (Array.isArray(value)) {
    if (value.length === 0) return [hostileValue(chance)];
    const place = chance.below(value.length);
    return value.map((one, index) => (index === place ? spoil(one, chance) : (one as unknown)));
  }
  const entries = Object.entries(value);
  const key = entries.length === 0 || chance.happens(0.2) ? hostileText(chance) : chance.pick(entries)[0];
  if (chance.happens(0.2)) return Object.fromEntries(entries.filter(([name]) => name !== key));
  const old = (value as Readonly<Record<string, unknown>>)[key];
  return { ...value, [key]: spoil(old, chance) };
}
