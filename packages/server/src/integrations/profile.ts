/** How a tracker's host is deployed bounds how often it may be asked. */
export type Profile = 'cloud' | 'data-center' | 'on-premise';

const FLOORS: Readonly<Record<Profile, number>> = { cloud: 180, 'data-center': 60, 'on-premise': 0 };

/** Seconds between run starts, at least; a connector may raise it (its floor is in milliseconds). */
export function intervalFloor(
  profile: Profile,
  connectorFloors: Readonly<Record<'left' | 'right', number | undefined>>,
): { readonly seconds: number; readonly because: string } {
  const seconds = (side: 'left' | 'right'): number => (connectorFloors[side] ?? 0) / 1000;
  const side = seconds('right') > seconds('left') ? 'right' : 'left';
  const ours = FLOORS[profile];
  return seconds(side) > ours
    ? { seconds: seconds(side), because: `the tracker on the ${side} side tolerates no less` }
    : { seconds: ours, because: `this server runs with the profile “${profile}”` };
}

/** Seconds between run starts: as configured, but not below the floor that the server has got since it was saved. */
export function intervalOf(configuration: { readonly interval: number }, profile: Profile): number {
  return Math.max(configuration.interval, FLOORS[profile]);
}

/** Seconds: of a pause that ends with “recently modified”, what syncs; a day unless the integration says otherwise. */
export function lookBackOf(configuration: { readonly lookBack?: number }): number {
  return configuration.lookBack ?? 86_400;
}
