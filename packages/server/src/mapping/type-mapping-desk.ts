import { IntegrationDocument, type TypeChange, type TypeChanged } from '@lockstep/api';
import { findType, type IntegrationConfiguration } from '@lockstep/engine';
import { sql } from 'kysely';
import { toDocument } from '../integrations/configuration.ts';
import { PATIENCE, type IntegrationDesk } from '../integrations/integrations.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Sides } from '../integrations/sides.ts';
import type { Db } from '../store/database.ts';
import { typeOfItem } from '../store/pairs.ts';

/** Single type mappings of an integration: copied, switched off and on, deleted. */
export class TypeMappingDesk {
  private readonly db: Db;
  private readonly integrations: Pick<IntegrationDesk, 'entry' | 'put'>;
  private readonly sides: Pick<Sides, 'open'>;

  constructor(parts: {
    readonly db: Db;
    readonly integrations: Pick<IntegrationDesk, 'entry' | 'put'>;
    readonly sides: Pick<Sides, 'open'>;
  }) {
    this.db = parts.db;
    this.integrations = parts.integrations;
    this.sides = parts.sides;
  }

  /** Checked and saved as a change of the whole integration is; refused when that was changed meanwhile. */
  async change(
    name: string,
    change: TypeChange,
    options: { readonly dryRun: boolean; readonly who: string },
    signal: AbortSignal,
  ): Promise<TypeChanged> {
    const entry = await this.integrations.entry(name);
    const document = IntegrationDocument.parse(toDocument(entry.configuration, entry.enabled));
    const at = placeOf(document.types, change);
    const type = document.types[at];
    if (type === undefined) throw unknownType(name, change, document);
    const types = changed(document.types, at, change);
    if (types.length === 0)
      throw new Refusal(
        422,
        'last-type',
        `${type.left} ↔ ${type.right} is the only type mapping of “${name}”`,
        'Disable or delete the integration instead.',
      );
    const integration = await this.integrations.put(
      name,
      { ...document, types },
      { ...options, revision: entry.revision },
    );
    const pairs = await this.countPairs(entry.id, entry.configuration, type, signal);
    return { integration, pairs };
  }

  private async countPairs(
    id: string,
    configuration: IntegrationConfiguration,
    type: { readonly left: string; readonly right: string },
    signal: AbortSignal,
  ): Promise<number> {
    const sides = await this.sides.open(
      configuration,
      AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    );
    const left = findType(sides.left.schema, type.left)?.id;
    const right = findType(sides.right.schema, type.right)?.id;
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from pair where integration_id = ${id} and state = 'active'
        and ${typeOfItem('left')} = ${left ?? type.left}
        and ${typeOfItem('right')} = ${right ?? type.right}`.execute(this.db);
    return rows[0]?.count ?? 0;
  }
}

type Types = IntegrationDocument['types'];

/** The one from the top; of several of the same types, the one that the action changes. */
function placeOf(types: Types, { action, left, right }: TypeChange): number {
  const all = types.flatMap((type, index) =>
    same(type.left, left) && same(type.right, right) ? [index] : [],
  );
  const isOff = (index: number): boolean => types[index]?.enabled === false;
  const meant = all.find((index) => isOff(index) === (action === 'switch-on'));
  return meant ?? all[0] ?? -1;
}

function changed(types: Types, at: number, { action, as = {} }: TypeChange): Types {
  const type = types[at];
  if (type === undefined || action === 'delete') return types.filter((_, index) => index !== at);
  const { enabled: _, ...on } = type;
  // Behind the original: it stays the way back.
  if (action === 'copy') {
    const other = given(as);
    // Of the same types only one may be on.
    const off = Object.keys(other).length === 0 ? { enabled: false } : {};
    return types.toSpliced(at + 1, 0, { ...on, ...other, ...off });
  }
  return types.with(at, action === 'switch-on' ? on : { ...on, enabled: false });
}

function given(as: NonNullable<TypeChange['as']>): { left?: string; right?: string } {
  return {
    ...(as.left === undefined ? {} : { left: as.left }),
    ...(as.right === undefined ? {} : { right: as.right }),
  };
}

function same(one: string, another: string): boolean {
  return one.toLocaleLowerCase('en') === another.toLocaleLowerCase('en');
}

function unknownType(name: string, { left, right }: TypeChange, { types }: IntegrationDocument): Refusal {
  return new Refusal(
    404,
    'unknown-type-mapping',
    `“${name}” has no type mapping ${left} ↔ ${right}`,
    `It has: ${types.map((type) => `${type.left} ↔ ${type.right}`).join(', ')}.`,
  );
}
