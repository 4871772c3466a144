import type { Both } from '@lockstep/engine';
import type { Schema } from '@lockstep/sdk';
import type { Sides } from '../integrations/sides.ts';
import type { IntegrationEntry } from '../store/integrations.ts';

/** Milliseconds: what people look at must not wait for a tracker that is away. */
const PATIENCE = 3_000;
/** Milliseconds for which a tracker that did not answer is not asked again. */
const REST = 60_000;

type Schemas = Partial<Both<Schema>>;

/** The words of the trackers, as last heard: with none, lists show ids. */
export class Vocabulary {
  private readonly sides: Pick<Sides, 'open'>;
  private readonly known = new Map<string, { readonly schemas: Schemas; readonly restsUntil: number }>();
  constructor(sides: Pick<Sides, 'open'>) {
    this.sides = sides;
  }

  async of({ id, configuration }: Pick<IntegrationEntry, 'id' | 'configuration'>): Promise<Schemas> {
    const last = this.known.get(id);
    if (last !== undefined && Date.now() < last.restsUntil) return last.schemas;
    try {
      const sides = await this.sides.open(configuration, AbortSignal.timeout(PATIENCE));
      const schemas = { left: sides.left.schema, right: sides.right.schema };
      this.known.set(id, { schemas, restsUntil: 0 });
      return schemas;
    } catch {
      // Not told here: runs, checks and `doctor` say what is wrong with a tracker.
      const schemas = last?.schemas ?? {};
      this.known.set(id, { schemas, restsUntil: Date.now() + REST });
      return schemas;
    }
  }
}
