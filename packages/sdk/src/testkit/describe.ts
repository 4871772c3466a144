import { AssertionError } from 'node:assert';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { ConnectorError } from '../errors.ts';
import { Bench } from './bench.ts';
import { Lacking } from './check.ts';
import type { Check } from './check.ts';
import { checks } from './checks.ts';
import type { CheckName } from './checks.ts';
import type { Samples, Subject } from './subject.ts';

export interface ConformanceOptions {
  open(): Promise<Subject>;
  readonly samples: Samples;
  /**
   * Checks that this tracker cannot pass, each with the reason why, as a sentence. A check with a gap must fail:
   * a gap that is no longer needed is a failure itself.
   */
  readonly gaps?: { readonly [Name in CheckName]?: string };
}

/** Holds a connector to every promise of the SDK. One `it` per check; gaps are told in their titles. */
export function describeConnector(name: string, options: ConformanceOptions): void {
  describe(`${name} keeps the connector contract`, () => {
    let subject: Subject | undefined;
    let bench: Bench;
    beforeAll(async () => {
      subject = await options.open();
      bench = new Bench(subject, options.samples);
    });
    afterAll(async () => subject?.cleanup?.());
    for (const check of Object.keys(checks) as CheckName[]) {
      const gap = options.gaps?.[check];
      const title = `${check}: ${checks[check].promises}`;
      if (gap === undefined) it(title, async () => checks[check].run(bench));
      else it(`${title} (gap: ${gap})`, async () => expectGap(check, checks[check], gap, bench));
    }
  });
}

/** A check with a gap must fail, and fail as a check does: any other error is a defect that the gap would hide. */
async function expectGap(name: CheckName, check: Check, reason: string, bench: Bench): Promise<void> {
  if (reason.trim().length < 10) throw new Error(`the gap “${name}” needs its reason as a sentence`);
  try {
    await check.run(bench);
  } catch (error) {
    if (isFinding(error)) return;
    throw error;
  }
  throw new Error(`the gap “${name}” is not needed: the check passes; remove it`);
}

function isFinding(error: unknown): boolean {
  return (
    error instanceof Lacking ||
    error instanceof ConnectorError ||
    error instanceof AssertionError ||
    (error instanceof Error && error.name === 'AssertionError')
  );
}
