import type { Capture as Shown, CapturedRequest as ShownRequest, CapturedRequestInFull } from '@lockstep/api';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ConnectionDesk } from '../integrations/connections.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Capture } from './capture.ts';
import type { CapturedRequest, CapturedRequests } from './captured-requests.ts';

/** Capturing as administrators handle it: by the connection's name, for a limited time. */
export class CaptureDesk {
  private readonly parts: {
    readonly store: CapturedRequests;
    readonly capture: Pick<Capture, 'look'>;
    readonly connections: Pick<ConnectionDesk, 'get'>;
    readonly audit: AuditLog;
  };
  constructor(parts: CaptureDesk['parts']) {
    this.parts = parts;
  }

  async state(name: string): Promise<Shown> {
    const { id } = await this.parts.connections.get(name);
    const { until, who, requests } = await this.parts.store.state(id);
    return {
      connection: name,
      on: until !== null,
      requests,
      ...(until === null ? {} : { until }),
      ...(who === null ? {} : { who }),
    };
  }

  async switchOn(name: string, minutes: number, who: string): Promise<Shown> {
    const { id } = await this.parts.connections.get(name);
    await this.parts.store.switchOn(id, minutes, who);
    return this.switched(name, who, `for ${minutes} minutes`);
  }

  async switchOff(name: string, who: string): Promise<Shown> {
    const { id } = await this.parts.connections.get(name);
    await this.parts.store.switchOff(id);
    return this.switched(name, who, 'off');
  }

  async list(
    name: string,
    query: {
      readonly run?: string | undefined;
      readonly before?: string | undefined;
      readonly limit: number;
    },
  ): Promise<readonly CapturedRequest[]> {
    const { id } = await this.parts.connections.get(name);
    const { run: runId, ...rest } = query;
    return this.parts.store.list({ connectionId: id, runId, ...rest });
  }

  async one(id: string): Promise<CapturedRequestInFull> {
    const found = await this.parts.store.get(id);
    if (found !== undefined) {
      const { request, answer, failure } = found.exchange;
      return { ...shownRequest(found), request, answer, ...(failure === undefined ? {} : { failure }) };
    }
    throw new Refusal(
      404,
      'unknown-request',
      `no captured request has the id “${id}”`,
      'It was sent while nothing was captured, or is older than a week or than the newest thousand: see `lockstep capture CONNECTION list`.',
    );
  }

  private async switched(name: string, who: string, capture: string): Promise<Shown> {
    await this.parts.audit.record({
      who,
      action: 'changed',
      subject: { kind: 'connection', name },
      before: {},
      after: { capture },
    });
    await this.parts.capture.look();
    return this.state(name);
  }
}

export function shownRequest(entry: CapturedRequest): ShownRequest {
  const { id, at, method, url, milliseconds, runId, side, itemId, status } = entry;
  return {
    id,
    at,
    method,
    url,
    milliseconds,
    ...(status === null ? {} : { status }),
    ...(runId === null ? {} : { run: runId }),
    ...(side === null || itemId === null ? {} : { item: { side, id: itemId } }),
  };
}
