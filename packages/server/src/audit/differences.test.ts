import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';

describe('the differences of two values', () => {
  it('are told down to the single value', () => {
    const before = { interval: '5m', left: { scope: { project: 'a' } }, fields: ['A <-> A', 'B <-> B'] };
    const after = { interval: '5m', left: { scope: { project: 'b' } }, fields: ['A <-> A'], enabled: false };
    expect(differences(before, after)).toEqual([
      { path: ['left', 'scope', 'project'], before: 'a', after: 'b' },
      { path: ['fields', 1], before: 'B <-> B' },
      { path: ['enabled'], after: false },
    ]);
  });

  it('of what is new or gone are all that it has', () => {
    expect(differences(undefined, { a: { b: 1 }, c: [] })).toEqual([
      { path: ['a', 'b'], after: 1 },
      { path: ['c'], after: [] },
    ]);
    expect(differences({ a: [1] }, undefined)).toEqual([{ path: ['a', 0], before: 1 }]);
    expect(differences({ a: 1 }, { a: 1 })).toEqual([]);
    expect(differences(undefined, undefined)).toEqual([]);
  });

  it('tell of a secret only that it changed, wherever it hides', () => {
    const told = differences(
      { config: { apiKey: 'sesame-1', url: 'x' }, mixed: 'text' },
      {
        config: { apiKey: 'sesame-2', url: 'x', headers: [{ authorization: 'sesame-3' }] },
        mixed: { password: 'sesame-4', list: [{ 'client-secret': { inner: 'sesame-5' } }] },
      },
    );
    expect(JSON.stringify(told)).not.toContain('sesame');
    expect(told).toContainEqual({ path: ['config', 'apiKey'], secret: true });
    expect(told).toContainEqual({ path: ['mixed', 'list', 0, 'client-secret'], secret: true });
  });

  it('stay small', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]));
    expect(differences(undefined, many)).toHaveLength(200);
    expect(JSON.stringify(differences('', 'x'.repeat(100_000))).length).toBeLessThan(3_000);
  });
});
