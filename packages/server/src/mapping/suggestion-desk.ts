import { printIntegration, type IntegrationDocument, type Suggestion } from '@lockstep/api';
import { checkConfiguration, suggestMapping } from '@lockstep/engine';
import { toConfiguration } from '../integrations/configuration.ts';
import { PATIENCE } from '../integrations/integrations.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Sides } from '../integrations/sides.ts';

type Wanted = Pick<IntegrationDocument, 'left' | 'right' | 'group'>;

/** First mappings, out of what two trackers tell of themselves. */
export class SuggestionDesk {
  private readonly sides: Pick<Sides, 'examine'>;

  constructor(sides: Pick<Sides, 'examine'>) {
    this.sides = sides;
  }

  /** Asks both trackers; saves nothing. */
  async suggest(wanted: Wanted, signal: AbortSignal): Promise<Suggestion> {
    const bare: IntegrationDocument = { ...wanted, interval: 300, types: [] };
    const name = `${wanted.left.connection}-${wanted.right.connection}`;
    const { sides, warnings } = await this.sides.examine(
      toConfiguration(name, bare),
      AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    );
    const schemas = { left: sides.left.schema, right: sides.right.schema };
    const connectors = { left: sides.left.connector, right: sides.right.connector };
    const { types, notes } = suggestMapping(schemas, connectors);
    if (types.length === 0) {
      const titles = (side: 'left' | 'right'): string =>
        schemas[side].types.map(({ title }) => title).join(', ') || 'none';
      throw new Refusal(
        422,
        'nothing-alike',
        `no type of the left side (${titles('left')}) is like one of the right side (${titles('right')})`,
        'Write the mapping by hand: see docs/guide/mapping.md.',
      );
    }
    // As it would be read: what is absent is absent.
    const document = { ...bare, types: [...types] } as unknown as IntegrationDocument;
    const faults = checkConfiguration(toConfiguration(name, document), schemas, connectors);
    return {
      document: printIntegration(document),
      notes: notes.map(({ path, text }) => ({ path: [...path], text })),
      warnings: [...faults.map((fault) => ({ ...fault, path: [...fault.path] })), ...warnings],
    };
  }
}
