import { describe, expect, it } from 'vitest';
import { reaches, ROLES, type Role } from './role.ts';

const UP_TO: Record<Role, readonly Role[]> = {
  viewer: ['viewer'],
  operator: ['viewer', 'operator'],
  administrator: ['viewer', 'operator', 'administrator'],
};

describe.each(ROLES)('a %s', (role) => {
  it.each(ROLES)('of all groups, where %s is needed', (needed) => {
    const grants = [{ role, group: null }];
    const expected = UP_TO[role].includes(needed);
    expect(reaches(grants, needed, 'installation')).toBe(expected);
    expect(reaches(grants, needed, { group: 'support' })).toBe(expected);
    expect(reaches(grants, needed, { group: null })).toBe(expected);
  });

  it.each(ROLES)('of one group, where %s is needed', (needed) => {
    const grants = [{ role, group: 'support' }];
    expect(reaches(grants, needed, { group: 'support' })).toBe(UP_TO[role].includes(needed));
    expect(reaches(grants, needed, { group: 'suppliers' })).toBe(false);
    expect(reaches(grants, needed, { group: null })).toBe(false);
    expect(reaches(grants, needed, 'installation')).toBe(false);
  });
});

describe('grants', () => {
  it('are looked at one by one: the role of one group is not that of another', () => {
    const grants = [
      { role: 'administrator', group: 'support' },
      { role: 'viewer', group: null },
    ] as const;
    expect(reaches(grants, 'administrator', { group: 'support' })).toBe(true);
    expect(reaches(grants, 'operator', { group: 'suppliers' })).toBe(false);
    expect(reaches(grants, 'viewer', { group: 'suppliers' })).toBe(true);
  });

  it('that are none reach nothing', () => {
    expect(reaches([], 'viewer', { group: null })).toBe(false);
    expect(reaches([], 'viewer', 'installation')).toBe(false);
  });
});
