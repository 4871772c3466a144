import type { Wish, WishAnswer } from '../ports/wish.ts';
import type { Work } from './work.ts';

/*
 * A wish is dealt with by the first run that gets to its pair: granted, or refused with the reason. It waits only while
 * something is tried again by itself, so that none comes true long after it was forgotten.
 */

/** Takes the wish off the work in hand; the answer has to be settled. */
export function answerOf(work: Work, wish: Wish, refused?: string): WishAnswer {
  work.wishes.splice(work.wishes.indexOf(wish), 1);
  if (refused !== undefined) work.tell('warn', `${inWords(wish)} is not done: ${refused}`);
  return {
    id: wish.id,
    who: wish.who,
    ...(wish.wanted.kind === 'resolve' ? { conflict: wish.wanted.conflict.id } : {}),
    ...(refused === undefined ? {} : { refused }),
  };
}

/** What is left when the item is through: refused, unless the item is tried again by itself. */
export function answersAtTheEnd(work: Work): readonly WishAnswer[] {
  if (work.why === 'migration' || work.parked.some(({ nextTry }) => nextTry !== undefined)) return [];
  const reason = work.parked[0]?.reason ?? work.message ?? `${work.key} could not be dealt with`;
  return [...work.wishes].map((wish) => answerOf(work, wish, reason));
}

/** What somebody asked for. */
export function inWords({ wanted, who }: Pick<Wish, 'wanted' | 'who'>): string {
  const asked = `asked for by ${who}`;
  switch (wanted.kind) {
    case 'hard-resync':
      return `the hard resync ${asked}`;
    case 'resolve':
      return `the resolution of the conflict of ${wanted.conflict.field.left} ${asked}`;
    case 'undo':
      return `the undo of ${wanted.of} ${asked}`;
  }
}
