import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, type Client, type IntegrationInput, type Run } from '@lockstep/api';
import { startServer, type RunningServer, type ServerOptions } from '@lockstep/server';
import { followRun } from '../../scripts/follow-run.ts';
import { createProject, createQueue } from '../../scripts/trackers/projects.ts';
import type { RedmineProject } from '../../scripts/trackers/projects.ts';
import { realTrackers, type Trackers } from '../../scripts/trackers/state.ts';
import { documentOf, INTEGRATION, putConnections } from '../prove-real/integration.ts';
import { tokenOf } from '../prove-real/state.ts';
import type { Found, FoundItem, PrivateRule, Side } from '../prove-real/state.ts';
import type { Desk } from '../prove-real/trackers/desk.ts';
import { openRedmine } from '../prove-real/trackers/redmine.ts';
import { openRt } from '../prove-real/trackers/rt.ts';

/** A real Redmine and a real Request Tracker, a project and a queue of their own, and a server between them. */
export class Stage {
  readonly trackers: Trackers;
  readonly project: RedmineProject;
  readonly queue: { readonly id: number; readonly name: string };
  readonly desks: Readonly<Record<Side, Desk>>;
  private readonly folder: string;
  private server: RunningServer;
  private count = 0;

  private constructor(
    parts: Pick<Stage, 'trackers' | 'project' | 'queue' | 'desks'>,
    folder: string,
    server: RunningServer,
  ) {
    this.trackers = parts.trackers;
    this.project = parts.project;
    this.queue = parts.queue;
    this.desks = parts.desks;
    this.folder = folder;
    this.server = server;
  }

  /** `reach`: the trackers as the product is to reach them. */
  static async open(
    name: string,
    options: Pick<ServerOptions, 'allowedAddresses'> & {
      readonly reach?: (trackers: Trackers) => Trackers;
    } = {},
  ): Promise<Stage> {
    const { reach = (them) => them, ...serving } = options;
    const trackers = await realTrackers();
    const project = await createProject(name);
    const queue = await createQueue(name);
    const desks = { redmine: await openRedmine(trackers.redmine, project), rt: openRt(trackers.rt, queue) };
    const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-e2e-'));
    const stage = new Stage({ trackers, project, queue, desks }, folder, await serve(folder, serving));
    await putConnections(stage.client, reach(trackers));
    return stage;
  }

  get client(): Client {
    return createClient(this.server.url, this.server.token);
  }

  /** The integration with everything both can hold. It runs when it is told to, and once a day. */
  document(rule: PrivateRule = 'private'): IntegrationInput {
    return documentOf({ project: this.project.identifier, queue: this.queue.name }, rule, '1d');
  }

  async put(document: IntegrationInput = this.document()): Promise<void> {
    await this.client.putIntegration(INTEGRATION, document);
  }

  async run(): Promise<Run> {
    const run = await followRun(this.client, INTEGRATION);
    if (run.outcome !== 'succeeded') throw new Error(`the run ${run.outcome}: ${run.message ?? ''}`);
    return run;
  }

  /** Stops the server and starts it again on the same data. */
  async restart(): Promise<void> {
    await this.server.stop();
    this.server = await serve(this.folder);
  }

  async close(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A title that names the item on both sides. */
  title(text: string): { readonly token: string; readonly title: string } {
    this.count += 1;
    const token = `a${String(this.count).padStart(3, '0')}`;
    return { token, title: `[${token}] ${text}` };
  }

  async look(): Promise<Found> {
    return { redmine: await this.desks.redmine.read(), rt: await this.desks.rt.read() };
  }

  /** The one item of that token on either side. */
  async pair(token: string): Promise<Readonly<Record<Side, FoundItem>>> {
    const found = await this.look();
    const only = (side: Side): FoundItem => {
      const [item, ...others] = found[side].filter((it) => tokenOf(it.fields.title) === token);
      if (item === undefined || others.length > 0)
        throw new Error(`${side} has ${others.length + (item === undefined ? 0 : 1)} items with [${token}]`);
      return item;
    };
    return { redmine: only('redmine'), rt: only('rt') };
  }
}

function serve(
  dataFolder: string,
  options: Pick<ServerOptions, 'allowedAddresses'> = {},
): Promise<RunningServer> {
  const quiet = (): void => undefined;
  return startServer({
    ...options,
    dataFolder,
    port: 0,
    log: { info: quiet, warn: quiet, error: console.error },
  });
}
