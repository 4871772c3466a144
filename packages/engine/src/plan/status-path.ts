/** The shortest way through a workflow, without the start; undefined when there is none. */
export function statusPath(
  workflow: Readonly<Record<string, readonly string[]>> | undefined,
  allowed: readonly string[] | undefined,
  from: string,
  to: string,
): readonly string[] | undefined {
  if (from === to) return [];
  if (workflow === undefined) return allowed === undefined || allowed.includes(to) ? [to] : undefined;
  const cameFrom = new Map<string, string>([[from, from]]);
  const queue = [from];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const next of at === from && allowed !== undefined ? allowed : (workflow[at] ?? [])) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      if (next === to) return walkBack(cameFrom, from, to);
      queue.push(next);
    }
  }
  return undefined;
}

function walkBack(cameFrom: ReadonlyMap<string, string>, from: string, to: string): readonly string[] {
  const path: string[] = [];
  for (let at = to; at !== from; at = cameFrom.get(at) ?? from) path.unshift(at);
  return path;
}

/** Why there is no way: what can be reached, what leads into the status, and whether only the item's own first step is missing. */
export function whyNoPath(
  workflow: Readonly<Record<string, readonly string[]>> | undefined,
  allowed: readonly string[] | undefined,
  from: string,
  to: string,
  title: (status: string) => string,
): { readonly reason: string; readonly remedy: string } {
  const names = (ids: readonly string[]): string => ids.map((id) => `“${title(id)}”`).join(', ');
  const steps = allowed ?? workflow?.[from] ?? [];
  const now =
    steps.length === 0
      ? `this account can move it nowhere from “${title(from)}”`
      : `from “${title(from)}” it can go to ${names(steps)}`;
  const way = allowed === undefined ? undefined : statusPath(workflow, undefined, from, to);
  if (workflow !== undefined && way !== undefined)
    return {
      reason: `${now}, though the workflow goes on over ${names(way.slice(0, 1))}`,
      remedy: `Give the account of this connection the right to move items from “${title(from)}” to ${names(way.slice(0, 1))}.`,
    };
  if (workflow === undefined)
    return {
      reason: now,
      remedy: `Allow the transition to “${title(to)}” for the account of this connection, or map the status to one that can be reached.`,
    };
  const into = Object.keys(workflow).filter((status) => workflow[status]?.includes(to) === true);
  return {
    reason: `${now}; ${into.length === 0 ? `no transition leads to “${title(to)}”` : `“${title(to)}” is entered from ${names(into)} only, which cannot be reached`}`,
    remedy: `Add a transition to “${title(to)}” to the workflow there, or map the status to one that can be reached.`,
  };
}
