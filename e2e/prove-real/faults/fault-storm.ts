import type { Trackers } from '../../../scripts/trackers/state.ts';
import { Chance } from '../chance.ts';
import { FAULT_KINDS, type FaultKind } from './fault.ts';
import { FaultProxy } from './fault-proxy.ts';

/** A proxy before each tracker, for the product only: people reach the trackers as ever. */
export class FaultStorm {
  /** As the product is to reach them. */
  readonly trackers: Trackers;
  private readonly proxies: readonly FaultProxy[];

  private constructor(trackers: Trackers, proxies: readonly FaultProxy[]) {
    this.trackers = trackers;
    this.proxies = proxies;
  }

  static async start(trackers: Trackers, seed: number): Promise<FaultStorm> {
    const redmine = new FaultProxy(trackers.redmine.url, new Chance(seed + 1));
    const rt = new FaultProxy(trackers.rt.url, new Chance(seed + 2));
    const behind = {
      redmine: { ...trackers.redmine, url: await redmine.start() },
      rt: { ...trackers.rt, url: await rt.start() },
    };
    return new FaultStorm(behind, [redmine, rt]);
  }

  begin(): void {
    for (const proxy of this.proxies) proxy.isStorming = true;
  }

  end(): void {
    for (const proxy of this.proxies) proxy.isStorming = false;
  }

  /** Kinds that did not strike at each of the trackers. */
  missed(): readonly FaultKind[] {
    return FAULT_KINDS.filter((kind) => this.proxies.some((proxy) => proxy.count(kind) === 0));
  }

  counts(): Readonly<Record<string, number>> {
    const count = (kind: FaultKind): number =>
      this.proxies.reduce((sum, proxy) => sum + proxy.count(kind), 0);
    return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, count(kind)]));
  }

  async stop(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
  }
}
