import { describe, expect, it } from 'vitest';
import { normalLogin } from './login-name.ts';

describe('a login', () => {
  it.each([
    ['Ada', 'ADA'],
    ['jürgen', 'JU\u0308RGEN'],
    ['straße', 'STRASSE'],
    ['ﬁona', 'Fiona'],
    ['ℌans', 'hans'],
    ['Ａｄａ', 'ada'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ada@Example.org', 'ADA@example.ORG'],
  ])('is the same in every spelling: %s, %s', (one, other) => {
    expect(normalLogin(one)).toBeDefined();
    expect(normalLogin(one)).toBe(normalLogin(other));
  });

  it('differs where letters only look alike', () => {
    expect(normalLogin('\u0430da')).not.toBe(normalLogin('ada'));
  });

  it.each(['Straße', 'İzmir', 'ΟΔΟΣ', 'ﬁona', 'ǅ'])('has a form that stays as it is: %s', (given) => {
    const form = normalLogin(given);
    expect(form).toBeDefined();
    expect(normalLogin(form ?? '')).toBe(form);
  });

  it.each([
    '',
    ' ',
    'a b',
    'a\u200bb',
    'a\u0000',
    'a\u202eb',
    'a\u00a0b',
    '\ud800',
    'a'.repeat(129),
    '\ufdfa'.repeat(40),
  ])('is refused when it is empty, too long, or holds what nobody sees (%#)', (given) => {
    expect(normalLogin(given)).toBeUndefined();
  });
});
