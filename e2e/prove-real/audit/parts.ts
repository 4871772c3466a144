import { marksOf, other, SIDES, SYNC_ACCOUNT } from '../state.ts';
import type { Found, FoundComment, FoundFile, PrivateRule, Side, Told } from '../state.ts';
import type { Pair } from './pairs.ts';
import type { Violation, ViolationKind } from './violation.ts';

/** Each comment and file of a person once on either side, unless it is private and has to stay. */
export function auditParts(pair: Pair, rule: PrivateRule): Violation[] {
  return SIDES.flatMap((side) => {
    const comments = pair[side].comments.filter(
      (it) => it.by !== SYNC_ACCOUNT && marksOf(it.body).length > 0,
    );
    const files = pair[side].files.filter((it) => it.by !== SYNC_ACCOUNT);
    return [
      ...comments.flatMap((it) => auditComment(pair, side, it, rule)),
      ...files.flatMap((it) => auditFile(pair, side, it)),
    ];
  });
}

function auditComment(pair: Pair, side: Side, comment: FoundComment, rule: PrivateRule): Violation[] {
  const [mark = ''] = marksOf(comment.body);
  const holds = (it: FoundComment): boolean => marksOf(it.body).includes(mark);
  const copies = pair[other(side)].comments.filter(holds);
  const name = `the ${comment.private ? 'private ' : ''}comment ${mark} of ${comment.by} in ${side}`;
  const tell = teller(pair, name);
  const violations: Violation[] = [];
  if (pair[side].comments.filter(holds).length > 1)
    violations.push(tell('duplicates', side, 'came back to where it was written'));
  if (comment.private && rule === 'never')
    return copies.length === 0
      ? violations
      : [...violations, tell('leaked', other(side), 'must not be here')];
  if (copies.length === 0) violations.push(tell('lost', other(side), 'is not here'));
  if (copies.length > 1) violations.push(tell('duplicates', other(side), `is here ${copies.length} times`));
  for (const copy of copies) {
    if (comment.private && !copy.private) violations.push(tell('leaked', other(side), 'is public here'));
    if (!comment.private && copy.private) violations.push(tell('diverged', other(side), 'is private here'));
    if (!words(copy.body).includes(words(comment.body)))
      violations.push(tell('diverged', other(side), 'does not say the same here'));
  }
  return violations;
}

function auditFile(pair: Pair, side: Side, file: FoundFile): Violation[] {
  const copies = pair[other(side)].files.filter((it) => it.hash === file.hash);
  const tell = teller(
    pair,
    `the ${file.private ? 'private ' : ''}file ${file.name} of ${file.by} in ${side}`,
  );
  const violations: Violation[] = [];
  if (pair[side].files.filter((it) => it.hash === file.hash).length > 1)
    violations.push(tell('duplicates', side, 'came back to where it was attached'));
  if (file.private)
    return copies.length === 0
      ? violations
      : [...violations, tell('leaked', other(side), 'must not be here')];
  if (copies.length === 0) violations.push(tell('lost', other(side), 'is not here with the same bytes'));
  if (copies.length > 1) violations.push(tell('duplicates', other(side), `is here ${copies.length} times`));
  if (copies.some((it) => it.name !== file.name))
    violations.push(tell('diverged', other(side), 'has another name here'));
  return violations;
}

/** What a tracker said yes to and does not have any more. */
export function auditTold(found: Found, told: Told): Violation[] {
  const all = SIDES.flatMap((side) => found[side]);
  const marks = new Set(all.flatMap((it) => it.comments.flatMap(({ body }) => marksOf(body))));
  const hashes = new Set(all.flatMap((it) => it.files.map(({ hash }) => hash)));
  const lost = (what: string): Violation => ({ kind: 'lost', token: '?', side: 'redmine', what });
  return [
    ...told.comments.filter((it) => !marks.has(it)).map((it) => lost(`the comment ${it} is on neither side`)),
    ...told.files.filter((it) => !hashes.has(it)).map((it) => lost(`the file ${it} is on neither side`)),
  ];
}

function teller(pair: Pair, name: string) {
  return (kind: ViolationKind, side: Side, what: string): Violation => ({
    kind,
    token: pair.token,
    side,
    what: `${name} ${what}`,
  });
}

function words(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');
}
