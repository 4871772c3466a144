import type { Link } from 'mdast';

/** An address that stands for itself, as people type it. */
export function isBare(link: Link): boolean {
  const shown = shownBy(link);
  return shown !== '' && [shown, `http://${shown}`, `mailto:${shown}`].includes(link.url);
}

export function shownBy(link: Link): string {
  return link.children.map((child) => (child.type === 'text' ? child.value : '')).join('');
}
