import { expect, it } from 'vitest';
import { World } from '../testing/world.ts';

const type = {
  fields: ['title', 'status', 'priority'].map((id) => ({ left: id, right: id })),
  derived: [
    {
      to: 'right',
      field: 'description',
      template: '**${left.key}** by ${left.Reporter}: ${left.title}\n\n${left.description}',
    },
    { to: 'right', field: 'severity', value: 'Major' },
    { to: 'left', field: 'reference', template: '${right.url}' },
  ],
} as const;

const draft = { title: 'Printer *on* fire', description: 'See __below__.', reporter: 'alice' };

it('writes templates and fixed values, once, and again when what they read changes (P3)', async () => {
  const world = new World({ type });
  const id = world.left.create('alice', draft);
  await world.run();
  const [copy = ''] = world.right.items.keys();
  const shown = world.right.show(copy);
  expect(shown.fields['description']).toBe(
    `**${world.left.show(id).key}** by alice: Printer \\*on\\* fire\n\nSee **below**.`,
  );
  expect(shown.fields['severity']).toBe('major');
  expect(world.left.show(id).fields['reference']).toBe(shown.url);

  const before = world.writes();
  await world.run();
  expect(world.writes()).toBe(before);

  world.left.edit('alice', id, { title: 'Printer is out' });
  await world.run();
  expect(world.right.show(shown.id).fields['description']).toContain('Printer is out');
});
