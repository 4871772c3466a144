import { at, choose, create, history, reword, run, set } from './failure.ts';
import type { NamedFailure } from './failure.ts';

export const values: readonly NamedFailure[] = [
  {
    name: 'a partial success is answered with 200',
    reason:
      'The tracker takes the request and leaves out fields that the account may not set; Redmine and Request Tracker both do.',
    source: 'https://github.com/flyve-mdm/glpi-plugin/issues/426',
    promise: 'P2',
    guard: {
      name: 'what is stored is compared with what was sent',
      file: 'engine/src/run/write-fields.ts',
      text: "if (field.same(side, value.stored, value.before)) return 'dropped';",
      without: '',
    },
    history: history([create('left'), run(), set('left', 'due', 0), run()], {
      quirks: { left: {}, right: { drops: ['due'] } },
    }),
  },
  {
    name: 'a tracker that normalises makes the sync oscillate',
    reason:
      'The value comes back other than it was sent, is taken for an edit, and is sent to where it came from.',
    source: 'https://github.com/SkillNerds/xskill/pull/340',
    promise: 'P3',
    guard: {
      name: 'the base is what the tracker stored, not what was sent',
      file: 'engine/src/run/write-fields.ts',
      text: "target[targetId] = verdict === 'edited' ? wanted : stored;",
      without: 'target[targetId] = wanted;',
    },
    history: history([create('left'), run(), reword('left', 1, 3), run(), run()], {
      quirks: { left: {}, right: { normalise: 'plain' } },
    }),
  },
  {
    name: 'what one tracker cannot hold is taken away from the other',
    reason:
      'Both values are compared with each other instead of each with its own past; a difference is no edit.',
    promise: 'P3',
    guard: {
      name: 'only what changed against its own base is carried',
      file: 'engine/src/plan/plan-field.ts',
      text: 'if (!changed.left && !changed.right) return SETTLED;',
      without: '',
    },
    history: history([create('right'), run(), reword('right', 1, 3), run(), set('left', 'due', 4), run()], {
      quirks: { left: { normalise: 'plain' }, right: {} },
    }),
  },
  {
    name: 'two trackers rewrite each other’s value for ever',
    reason:
      'An automation in each sets the value again after every write, in the name of the sync’s account.',
    source: 'https://community.exalate.com/t/jira-cloud-to-jira-cloud-loop-issue-with-checklist-addon/7721',
    promise: 'P3',
    guard: {
      name: 'a pair that is written back and forth with nobody editing is parked',
      file: 'engine/src/run/oscillation.ts',
      text: 'return pair.streak >= (context.compiled.configuration.brakes?.oscillation ?? 5);',
      without: 'return false;',
    },
    play: async () => {
      const { World } = await import('../../testing/world.ts');
      const automation = (side: 'left' | 'right', title: string) => ({
        after: (kind: string): void => {
          if (kind !== 'readBack') return;
          for (const id of world[side].items.keys()) world[side].edit('sync', id, { title });
        },
      });
      const world = new World({
        quirks: { left: { versioning: 'exact' }, right: { versioning: 'exact' } },
        hooks: { left: automation('left', 'As left has it'), right: automation('right', 'As right has it') },
      });
      world.left.create('alice', { title: 'As left has it' });
      const writes: number[] = [];
      for (let turn = 0; turn < 20; turn += 1) {
        const before = world.writes();
        await world.run();
        writes.push(world.writes() - before);
      }
      if (writes.slice(0, 4).every((count) => count === 0)) return ['nothing was rewritten at all'];
      return writes.slice(-4).some((count) => count > 0)
        ? ['still writing after 20 runs with nobody editing (P3)']
        : [];
    },
  },
  {
    name: 'the last one who writes wins, and the other value is gone',
    reason: 'Both sides changed one field; one value has to give way, and nobody is told which.',
    source: 'https://github.com/dmfs/opentasks/issues/863',
    promise: 'P2',
    guard: {
      name: 'the value that gives way is kept with the conflict',
      file: 'engine/src/plan/plan-field.ts',
      text: '{ ...verdict.plan, conflict: conflictOf(field, state, winner, why) }',
      without: 'verdict.plan',
    },
    history: history([create('left'), run(), set('left', 'title', 0), set('right', 'title', 1), run()]),
  },
  {
    name: 'a status is left on the way',
    reason:
      'The workflow allows no direct way; the walk is cut off, and the status in between looks like an edit.',
    source: 'https://github.com/getsentry/sentry/pull/88996',
    promise: 'P7',
    guard: {
      name: 'a status on the way is known as ours',
      file: 'engine/src/run/write-fields.ts',
      text: 'step.isOnTheWay === true ? null :',
      without: '',
    },
    history: history(
      [create('left'), run(), choose('right', 'status', 2), run(at('commit settle', 'death after a commit'))],
      { quirks: { left: { workflow: true }, right: {} } },
    ),
  },
  {
    name: 'one item that cannot be synced stops all behind it',
    reason: 'The tracker refuses a value for good; the run fails there each time, and begins there again.',
    source: 'https://github.com/Auxx-Ai/auxx-ai/pull/1680',
    promise: 'P2',
    guard: {
      name: 'what fails is parked, and nothing else waits for it',
      file: 'engine/src/run/sync-item.ts',
      text: '    parkFor(work, failure);\n',
      without: '    throw failure;\n',
    },
    history: history(
      [
        create('left'),
        create('left', 1),
        create('left', 2),
        run(),
        set('left', 'title', 0),
        set('left', 'title', 1, 1),
        set('left', 'title', 2, 2),
        run(),
      ],
      { quirks: { left: {}, right: { refuses: 'mark0x' } } },
    ),
  },
  {
    name: 'both sides add a label, and one list replaces the other',
    reason: 'A set is written as a whole, so it is compared as a whole, and the later writer wins.',
    promise: 'P2',
    guard: {
      name: 'what either side added or removed is carried, label by label',
      file: 'engine/src/plan/plan-field.ts',
      text: 'const merged = applied(present);',
      without: 'const merged = now;',
    },
    history: history([create('left'), run(), set('left', 'tag', 0), set('right', 'tag', 1), run()]),
  },
  {
    name: 'text that is harmless here is a command there',
    reason:
      '“#12”, “@name” and “{{macro}}” in a copied text link to foreign items, call people who know nothing of it, or run.',
    promise: 'brake',
    guard: {
      name: 'what the target would execute is escaped on the way there',
      file: 'connectors/src/redmine/executed.ts',
      text: "return text.replaceAll(ESCAPE, '$1!$2$3');",
      without: 'return text;',
    },
    play: async () => {
      const { commonMark } = await import('../../../../connectors/src/redmine/rich-text.ts');
      const said = 'see #12, {{include(Secrets)}} and [[Home]]';
      const printed = commonMark.print({
        type: 'root',
        children: [{ type: 'paragraph', children: [{ type: 'text', value: said }] }],
      });
      return [/(?<!!)#12/, /(?<!!)\{\{include/, /(?<!!)\[\[/]
        .filter((command) => command.test(printed))
        .map((command) => `${command.source} is executed in “${printed}” (brake)`);
    },
  },
];
