import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { open, seal } from './envelope.ts';
import { parseKey } from './key-file.ts';

const key = randomBytes(32);

describe('a sealed secret', () => {
  it('opens with its key and context, and shows nothing', () => {
    const sealed = seal(key, 'tøken', 'c1');
    expect(open(key, sealed, 'c1')).toBe('tøken');
    expect(sealed).not.toContain('tøken');
    expect(seal(key, 'tøken', 'c1')).not.toBe(sealed);
  });

  it('does not open with another key, in another row, or changed', () => {
    const sealed = seal(key, 'token', 'c1');
    expect(() => open(randomBytes(32), sealed, 'c1')).toThrow();
    expect(() => open(key, sealed, 'c2')).toThrow();
    const parts = sealed.split('.');
    const body = Buffer.from(parts[4] ?? '', 'base64url');
    body[0] = (body[0] ?? 0) ^ 1;
    expect(() => open(key, [...parts.slice(0, 4), body.toString('base64url')].join('.'), 'c1')).toThrow();
    expect(() => open(key, sealed.replace('v1', 'v2'), 'c1')).toThrow(/unknown format/);
  });
});

describe('a key', () => {
  it('is 32 bytes in base64, base64url or hex', () => {
    for (const form of ['base64', 'base64url', 'hex'] as const) {
      expect(parseKey(`${key.toString(form)}\n`, 'it').equals(key)).toBe(true);
    }
  });

  it('that is none is refused without being shown', () => {
    const attempt = (): unknown => parseKey('hunter2', 'LOCKSTEP_KEY');
    expect(attempt).toThrow(/LOCKSTEP_KEY does not hold a key/);
    expect(attempt).not.toThrow(/hunter2/);
  });
});
