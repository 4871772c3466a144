import { describe, expect, it } from 'vitest';
import { explain } from './api.ts';

describe('refusals of Redmine', () => {
  it.each([
    [401, '', 'users/current.json', 'auth'],
    [403, '', 'users/current.json', 'config'],
    [403, '', 'issues/1.json', 'forbidden'],
    [422, '{"errors":["Subject cannot be blank"]}', 'issues.json', 'rejected'],
    [422, '{"errors":[]}', 'issues/1.json', 'conflict'],
  ])('%i %s to %s is %s', (status, body, path, kind) => {
    expect(explain(status, body, 'PUT', path)?.kind).toBe(kind);
  });

  it('name the field', () => {
    expect(
      explain(422, '{"errors":["Due date is not a valid date"]}', 'PUT', 'issues/1.json')?.details.field,
    ).toBe('due_date');
  });

  it('leave the rest to the client', () => {
    expect(explain(404, '', 'GET', 'issues/1.json')).toBeUndefined();
  });
});
