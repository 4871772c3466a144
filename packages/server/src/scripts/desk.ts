import type { ScriptLibrary as Library, ScriptTrial, ScriptTrialInput } from '@lockstep/api';
import { tryScript } from '@lockstep/engine';
import { withFilterIds } from '../integrations/filters.ts';
import type { IntegrationDesk } from '../integrations/integrations.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Sides } from '../integrations/sides.ts';
import { trackerFailure } from '../integrations/tracker-failure.ts';
import { systemClock, systemRandom } from '../jobs/clock.ts';
import type { Db } from '../store/database.ts';
import { createPlanStore } from '../store/plan-store.ts';
import type { ScriptLibrary } from './library.ts';
import { Scripts } from './scripts.ts';

/** Scripts as people handle them: their library, and trials on items of their choice. */
export class ScriptDesk {
  private readonly parts: {
    readonly db: Db;
    readonly sides: Sides;
    readonly integrations: IntegrationDesk;
    readonly library: ScriptLibrary;
  };

  constructor(parts: ScriptDesk['parts']) {
    this.parts = parts;
  }

  async library(): Promise<Library> {
    return { text: await this.parts.library.text() };
  }

  async saveLibrary({ text }: Library, who: string): Promise<Library> {
    const entries = await this.parts.integrations.entries();
    await new Scripts({ text: () => Promise.resolve(text) }).playAll(
      entries.map(({ configuration }) => configuration),
    );
    await this.parts.library.save(text, who);
    return { text };
  }

  /** Writes nothing to a tracker and nothing that stays. */
  async try(name: string, given: ScriptTrialInput, signal: AbortSignal): Promise<ScriptTrial[]> {
    const { id, configuration: saved, enabledAt, leftOut } = await this.parts.integrations.entry(name);
    const configuration = { ...saved, script: given.script ?? saved.script ?? '' };
    const { library } = given;
    const scripts = new Scripts(
      library === undefined ? this.parts.library : { text: () => Promise.resolve(library) },
    );
    const store = createPlanStore({ db: this.parts.db, integrationId: id, planId: systemRandom.id() });
    try {
      await using script = await scripts.open(configuration);
      const sides = await this.parts.sides.open(configuration, signal);
      const schemas = { left: sides.left.schema, right: sides.right.schema };
      const trials = await tryScript(
        withFilterIds(configuration, schemas),
        { clock: systemClock, random: systemRandom, store, sides, script },
        { id, signal, stop: signal, enabledAt: enabledAt ?? new Date().toISOString(), leftOut },
        given.item,
      );
      if (trials.length === 0)
        throw new Refusal(
          404,
          'unknown-item',
          `neither side of “${name}” shows an item “${given.item}”`,
          'Give an id, key or address of an item that the accounts of both connections may see.',
        );
      return JSON.parse(JSON.stringify(trials)) as ScriptTrial[];
    } catch (error) {
      throw trackerFailure(error, `of ${name}`);
    } finally {
      await store.drop();
    }
  }
}
