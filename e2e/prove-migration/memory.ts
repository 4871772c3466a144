/** What the server's memory was while a tenth of the items was moved. */
export interface Tenth {
  /** How far the migration had come, in per cent. */
  readonly at: number;
  /** MiB: the least heap seen, which is what stays behind a collection of garbage, and the most of the process. */
  readonly heap: number;
  readonly process: number;
}

const MIB = 1024 * 1024;

/** Samples of a server's memory, told by tenths of the work. */
export class MemoryWatch {
  private readonly tenths = new Map<number, Tenth>();

  sample(share: number, metrics: Readonly<Record<string, number>>): void {
    const at = Math.min(90, Math.floor(share * 10) * 10);
    const heap = Math.round((metrics['nodejs_heap_size_used_bytes'] ?? 0) / MIB);
    const whole = Math.round((metrics['process_resident_memory_bytes'] ?? 0) / MIB);
    const known = this.tenths.get(at);
    this.tenths.set(at, {
      at,
      heap: Math.min(heap, known?.heap ?? heap),
      process: Math.max(whole, known?.process ?? whole),
    });
  }

  get all(): readonly Tenth[] {
    return [...this.tenths.values()].toSorted((a, b) => a.at - b.at);
  }

  /** Does what stays not grow with the items moved? A process that is young has not filled its caches yet. */
  get isFlat(): boolean {
    const later = this.all.filter(({ at }) => at >= 50).map(({ heap }) => heap);
    const first = later[0] ?? 0;
    return later.every((heap) => heap <= first * 1.25 + 16);
  }
}
