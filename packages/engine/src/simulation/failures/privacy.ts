import { comment, create, history, run } from './failure.ts';
import type { NamedFailure } from './failure.ts';

export const privacy: readonly NamedFailure[] = [
  {
    name: 'an internal comment is made public',
    reason: 'The comment is carried without who may see it, and the target’s default is everybody.',
    source: 'https://github.com/getsentry/sentry/issues/104931',
    promise: 'P6',
    guard: {
      name: 'a comment keeps its visibility',
      file: 'engine/src/run/carry-parts.ts',
      text: 'const { visibility } = given;',
      without: "const visibility = 'public';",
    },
    history: history([create('left'), comment('left', 0, 'private'), run()]),
  },
  {
    name: 'a comment restricted in a way we do not know is sent',
    reason: 'Roles and groups that the connector cannot tell apart are not “public”.',
    source: 'https://github.com/atlassian/atlassian-mcp-server/issues/139',
    promise: 'P6',
    guard: {
      name: 'what is visible to nobody knows whom is not sent',
      file: 'engine/src/run/carry-parts.ts',
      text: "if (given.visibility === 'unknown') {",
      without: 'if (false) {',
    },
    history: history([create('left'), comment('left', 0, 'unknown'), run()]),
  },
  {
    name: 'a private item is copied to where everybody reads it',
    reason: 'Lists show an integration’s account everything that it may see, confidential items among it.',
    source: 'https://github.com/mozilla/fxa/issues/13267',
    promise: 'P6',
    guard: {
      name: 'private items are not sent',
      file: 'engine/src/run/rules.ts',
      text: "if (item.visibility === 'private') return",
      without: 'if (false) return',
    },
    history: history([create('left', 0, 'private'), run()]),
  },
];
