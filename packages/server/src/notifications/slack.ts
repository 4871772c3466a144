import { type Message, textOf, titleOf } from './message.ts';
import type { Post } from './post.ts';

/** Characters of a section. */
const LONGEST = 2_900;

export function slackPost(url: string, message: Message): Post {
  const section = { type: 'section', text: { type: 'mrkdwn', text: escaped(textOf(message), LONGEST) } };
  return {
    url,
    headers: { 'lockstep-id': message.id },
    body: JSON.stringify({
      text: escaped(titleOf(message), LONGEST),
      blocks: [section],
      unfurl_links: false,
      unfurl_media: false,
    }),
  };
}

/** Slack reads `<…>` as links and mentions of everybody; a cut never leaves half an entity. */
function escaped(text: string, most: number): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  let told = '';
  for (const letter of text) {
    const next = entities[letter] ?? letter;
    if (told.length + next.length >= most) return `${told}…`;
    told += next;
  }
  return told;
}
