import { folded } from '../store/text.ts';

/** What people call an item, in the ways in which trackers may have written it. */
export interface ItemNames {
  /** As it was given. */
  readonly given: string;
  /** Ids under which a tracker may know it. */
  readonly ids: readonly string[];
  /** Folded keys. */
  readonly keys: readonly string[];
  /** Set where an address was given. */
  readonly address?: URL;
}

/** An item as a tracker or a record names it. */
export interface NamedItem {
  readonly id: string;
  readonly key: string;
  readonly url: string;
}

const NUMBER = /\d{1,18}/g;

/**
 * Reads a name: an id, a key with or without its project, or an address as browsers show and mails spell it: encoded, with
 * a fragment, a query, a page below the item's own. Pure.
 */
export function namesOf(text: string): ItemNames {
  const given = text.trim();
  const spelt = decoded(given)
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(spelt) && URL.canParse(spelt) ? new URL(spelt) : undefined;
  if (address === undefined) {
    const number = /(\d{1,18})$/.exec(spelt)?.[1];
    return {
      given,
      ids: [...new Set([spelt, ...(number === undefined ? [] : [String(BigInt(number))])])],
      keys: [folded(spelt)],
    };
  }
  const places = [address.host, ...address.pathname.split('/'), ...address.searchParams.values()].map(
    decoded,
  );
  const numbers = `${decoded(address.pathname)} ${decoded(address.search)}`.match(NUMBER) ?? [];
  const parts = places.filter((part) => part !== '').slice(-12);
  // A tracker may be asked for each: the last are the likeliest.
  return {
    given,
    ids: [...new Set([...numbers.slice(-4), ...parts.slice(-1)])],
    keys: [...new Set(parts.map(folded))],
    address,
  };
}

/** Is the item called so? A bare number is an id, and the end of a key where nothing else is said of the project. */
export function answersTo(item: NamedItem, names: ItemNames): boolean {
  if (names.address !== undefined) return isAt(item.url, names.address);
  const key = folded(item.key);
  return names.keys.some(
    (name) =>
      name === folded(item.id) ||
      name === key ||
      (/^#?\d+$/.test(name) && new RegExp(`(^|[^0-9])0*${name.replace('#', '')}$`).test(key)),
  );
}

/** Does an address lead to the item, or to a page of it? The scheme says nothing: proxies change it. Pure. */
export function isAt(url: string, address: URL): boolean {
  if (!URL.canParse(url)) return false;
  const own = new URL(url);
  const [path, asked] = [segments(own), segments(address)];
  return (
    own.host === address.host &&
    path.every((segment, index) => asked[index] === segment) &&
    [...own.searchParams].every(([name, value]) => address.searchParams.getAll(name).includes(value))
  );
}

function segments(url: URL): readonly string[] {
  return url.pathname
    .split('/')
    .filter((one) => one !== '')
    .map(decoded);
}

/** Undone as often as it was encoded, within reason; what is no encoding stays. */
function decoded(text: string): string {
  let known = text;
  for (let times = 0; times < 3 && /%[0-9a-f]{2}/i.test(known); times += 1) {
    try {
      known = decodeURIComponent(known);
    } catch {
      return known;
    }
  }
  // No item is called so, and PostgreSQL takes it in no text.
  return known.replaceAll('\0', '');
}
