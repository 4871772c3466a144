import { DatabaseError } from 'pg';
import { expect, it } from 'vitest';
import { silent } from '../postgres/log.ts';
import { toProblem } from './problem.ts';

const violated = (message: string, code = '23503'): DatabaseError =>
  Object.assign(new DatabaseError(message, message.length, 'error'), {
    code,
    constraint: /constraint "(\w+)"/.exec(message)?.[1],
  });

it('tells what was deleted meanwhile as that, and a row that others refer to as a defect', () => {
  const gone = violated(
    'insert or update on table "capture" violates foreign key constraint "capture_connection_id_fkey"',
  );
  expect(toProblem(gone, silent)).toMatchObject({ status: 409, code: 'changed-meanwhile' });
  const used = violated('update or delete on table "connection" violates foreign key constraint "x"');
  expect(toProblem(used, silent)).toMatchObject({ status: 500, code: 'internal' });
});

it('tells a name that was taken meanwhile as that, and any other key that is there twice as a defect', () => {
  const twice = (key: string): DatabaseError =>
    violated(`duplicate key value violates unique constraint "${key}"`, '23505');
  expect(toProblem(twice('notification_name_key'), silent)).toMatchObject({
    status: 409,
    code: 'changed-meanwhile',
  });
  expect(toProblem(twice('pair_left'), silent)).toMatchObject({ status: 500, code: 'internal' });
});
