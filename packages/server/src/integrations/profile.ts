/** How a tracker's host is deployed bounds how often it may be asked. */
export type Profile = 'cloud' | 'data-center' | 'on-premise';

const FLOORS: Readonly<Record<Profile, number>> = { cloud: 180, 'data-center': 60, 'on-premise': 0 };

/** Seconds between run starts, at least; a connector may raise it (its floor is in milliseconds). */
export function intervalFloor(
  profile: Profile,
  connectorFloors: readonly (number | undefined)[],
): { readonly seconds: number; readonly because: string } {
  const raised = Math.max(0, ...connectorFloors.map((floor) => (floor ?? 0) / 1000));
  const ours = FLOORS[profile];
  return raised > ours
    ? { seconds: raised, because: 'one of the trackers tolerates no less' }
    : { seconds: ours, because: `this server runs with the profile “${profile}”` };
}

/** Seconds: of a pause that ends with “recently modified”, what syncs; a day unless the integration says otherwise. */
export function lookBackOf(configuration: { readonly lookBack?: number }): number {
  return configuration.lookBack ?? 86_400;
}
