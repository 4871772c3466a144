import { expect, it } from 'vitest';
import { sameAddress, trackerAddress } from './tracker-address.ts';

it.each([
  ['https://Tracker.example.com', 'https://tracker.example.com/'],
  ['https://tracker.example.com:443/rt/', 'http://tracker.example.com/rt'],
  ['https://tracker.example.com./rt', 'https://tracker.example.com//rt//'],
  ['http://127.0.0.1:3100', 'http://localhost:3100/'],
  ['http://[::1]:3100', 'http://localhost:3100'],
])('%s and %s are one tracker (P1)', (one, other) => {
  expect(sameAddress(one)).toBe(sameAddress(other));
});

it.each([
  ['http://127.0.0.1:3100', 'http://127.0.0.1:3200'],
  ['https://a.example.com', 'https://b.example.com'],
  ['https://a.example.com/one', 'https://a.example.com/two'],
])('%s and %s are two', (one, other) => {
  expect(sameAddress(one)).not.toBe(sameAddress(other));
});

it('takes no address with a name or a password in it, for it would be stored and shown', () => {
  expect(trackerAddress().safeParse('https://tracker.example.com/rt').success).toBe(true);
  for (const text of ['https://me:sesame@tracker.example.com', 'https://me@tracker.example.com']) {
    const { success, error } = trackerAddress().safeParse(text);
    expect(success).toBe(false);
    expect(error?.message).toContain('name or a password');
    expect(error?.message).not.toContain('sesame');
  }
});
