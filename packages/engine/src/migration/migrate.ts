import { ConnectorError } from '@lockstep/sdk';
import type { Item } from '@lockstep/sdk';
import type { IntegrationConfiguration } from '../configuration/integration.ts';
import type { RunSummary } from '../ports/records.ts';
import { LeaseLost } from '../ports/store.ts';
import { apply, applyBatch } from '../run/apply.ts';
import { contextOf, summary } from '../run/context.ts';
import type { RunContext, RunOptions, RunPorts } from '../run/context.ts';
import { recover } from '../run/recover.ts';
import { expectedOf } from './expect.ts';
import { paced } from './pace.ts';
import type { MigrationPosition } from './position.ts';
import { readItems } from './read-items.ts';
import type { ItemPage } from './read-items.ts';
import { isChosen } from './request.ts';
import type { MigrationRequest } from './request.ts';
import type { MigrationStore } from './store.ts';

export interface MigrationOptions extends RunOptions {
  readonly request: MigrationRequest;
  readonly position: MigrationPosition;
  /** The slice is over: runs have their turn. Ends after the items in hand, as `stop` does, and counts as a success. */
  readonly over: AbortSignal;
}

export interface MigratedSlice {
  readonly summary: RunSummary;
  readonly position: MigrationPosition;
}

/**
 * One slice of a migration: a run that moves older items instead of looking for changes, from a position until it is
 * stopped, over, or through. It may die anywhere: the next slice goes on from the position that was kept last.
 * Resolves and rejects as `runIntegration` does.
 */
export async function migrateSlice(
  configuration: IntegrationConfiguration,
  ports: RunPorts & { readonly migration: MigrationStore },
  options: MigrationOptions,
): Promise<MigratedSlice> {
  const { request, over } = options;
  const stop = AbortSignal.any([options.stop, over]);
  const context = { ...contextOf(configuration, ports, { ...options, stop }), migration: request };
  const slice = new Slice(context, ports, request, options.position);
  const ended = (...end: [outcome: RunSummary['outcome'], message?: string, remedy?: string]) => ({
    summary: summary(context, ...end),
    position: slice.position,
  });
  try {
    await recover(context);
    await apply(context);
    if (slice.position.phase === 'counting') await slice.count();
    if (slice.position.phase === 'moving') await slice.move();
    return ended('succeeded');
  } catch (error) {
    if (options.signal.aborted || error instanceof LeaseLost) throw error;
    if (stop.aborted) await slice.keepPace();
    if (options.stop.aborted) return ended('stopped', 'stopped after the items in hand, as asked');
    if (over.aborted) return ended('succeeded');
    if (error instanceof ConnectorError) return ended('failed', error.message, error.details.remedy);
    throw error;
  }
}

class Slice {
  position: MigrationPosition;
  private readonly context: RunContext;
  private readonly ports: RunPorts & { readonly migration: MigrationStore };
  private readonly request: MigrationRequest;

  constructor(
    context: RunContext,
    ports: RunPorts & { readonly migration: MigrationStore },
    request: MigrationRequest,
    position: MigrationPosition,
  ) {
    this.context = context;
    this.ports = ports;
    this.request = request;
    this.position = position;
  }

  /** How many there are, before the first is moved. */
  async count(): Promise<void> {
    for await (const page of readItems(this.context, this.request, this.position)) {
      const chosen = page.items.filter((item) => isChosen(this.request, item));
      const expected = await expectedOf(this.context, this.request, chosen);
      const { counted } = this.position;
      await this.advance({
        ...page.next,
        counted: {
          examined: counted.examined + page.items.length,
          chosen: counted.chosen + chosen.length,
          toWrite: counted.toWrite + expected.filter(({ action }) => action !== 'skip').length,
        },
      });
      this.context.options.stop.throwIfAborted();
    }
    const { after: _behind, named: _named, ...counted } = this.position;
    await this.advance({ ...counted, phase: 'moving' }, counted);
  }

  async move(): Promise<void> {
    for await (const page of readItems(this.context, this.request, this.position)) {
      this.context.options.stop.throwIfAborted();
      await this.movePage(page);
      await this.advance(page.next);
    }
    await this.advance({ phase: 'done' });
  }

  /** The slice ends in order, within a page perhaps. */
  async keepPace(): Promise<void> {
    await this.ports.migration.advance(this.position);
  }

  private async movePage(page: ItemPage): Promise<void> {
    const { context, request } = this;
    await this.ports.migration.take(
      page.unknown.map((name) => ({
        id: name,
        key: name,
        wasPaired: false,
        outcome: 'skipped',
        message: `no item of the ${request.from} side is called so`,
      })),
    );
    const items = await this.takeUp(page.items.filter((item) => isChosen(request, item)));
    const { from: side } = request;
    await applyBatch(
      context,
      items.map((item) => ({ side, id: item.id, why: 'migration', item })),
      new Map(),
      () => {
        const pace = paced(this.position.pace, 1, context.clock.now());
        this.position = { ...this.position, pace };
        const { total: done } = pace;
        this.ports.progress?.({ phase: 'apply', done, total: this.position.counted.toWrite });
      },
    );
  }

  /** Of the chosen items those to be written now. What is through already, in an earlier slice, is so for good. */
  private async takeUp(chosen: readonly Item[]): Promise<readonly Item[]> {
    if (chosen.length === 0) return [];
    const ids = chosen.map((item) => item.id);
    const taken = await this.ports.migration.taken(ids);
    const expected = await expectedOf(
      this.context,
      this.request,
      chosen.filter((item) => !taken.has(item.id)),
    );
    await this.ports.migration.take(
      expected.map(({ item, pair, ...decision }) => ({
        id: item.id,
        key: item.key,
        wasPaired: pair !== undefined,
        ...(decision.action === 'skip' ? { outcome: 'skipped', message: decision.reason } : {}),
      })),
    );
    const fresh = expected.flatMap(({ item, action }) => (action === 'skip' ? [] : [item]));
    return [...chosen.filter((item) => taken.get(item.id) === 'in hand'), ...fresh];
  }

  private async advance(
    by: Partial<MigrationPosition>,
    from: MigrationPosition = this.position,
  ): Promise<void> {
    this.position = { ...from, ...by };
    const { at: _now, ...pace } = this.position.pace;
    await this.ports.migration.advance({ ...this.position, pace });
  }
}
