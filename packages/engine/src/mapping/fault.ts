/** One fault of a configuration; `path` leads to the place in it. */
export interface ConfigurationFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
  readonly level: 'error' | 'warning';
}

export type Tell = (
  path: ConfigurationFault['path'],
  message: string,
  remedy: string,
  level?: 'error' | 'warning',
) => void;

/** For people to choose from. */
export function titles(things: readonly { readonly id: string; readonly title: string }[]): string {
  const names = things.map((thing) => thing.title);
  return names.length > 30
    ? `${names.slice(0, 30).join(', ')} and ${names.length - 30} more`
    : names.join(', ');
}
