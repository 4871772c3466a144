import { describe, expect, it } from 'vitest';
import { hashPassword, passwordFault, passwordFits } from './password.ts';

const RIGHT = 'correct horse bättery';

describe('a password', () => {
  it('fits its own hash in either form of its letters, and no other', async () => {
    const stored = await hashPassword(RIGHT);
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(stored).not.toContain('horse');
    expect(await passwordFits(RIGHT, stored)).toBe(true);
    expect(await passwordFits(RIGHT.normalize('NFD'), stored)).toBe(true);
    expect(await passwordFits(RIGHT.toUpperCase(), stored)).toBe(false);
    expect(await passwordFits('', stored)).toBe(false);
  });

  it('is salted: two hashes of one password differ', async () => {
    expect(await hashPassword(RIGHT)).not.toBe(await hashPassword(RIGHT));
  });

  it('fits nobody where there is no user', async () => {
    expect(await passwordFits(RIGHT, undefined)).toBe(false);
    expect(await passwordFits('', undefined)).toBe(false);
  });

  it('is neither empty, short nor larger than 1 KiB', async () => {
    expect(passwordFault('')).toMatch(/at least 12/);
    expect(passwordFault('😀'.repeat(11))).toMatch(/at least 12/);
    expect(passwordFault('😀'.repeat(12))).toBeUndefined();
    expect(passwordFault('a'.repeat(1024))).toBeUndefined();
    expect(passwordFault('ä'.repeat(513))).toMatch(/at most 1024 bytes/);
    expect(() => hashPassword('')).toThrow(RangeError);
    const longest = 'a'.repeat(1024);
    const stored = await hashPassword(longest);
    expect(await passwordFits(longest, stored)).toBe(true);
    expect(await passwordFits(`${longest}a`, stored)).toBe(false);
  });
});
