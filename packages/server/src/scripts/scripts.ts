import type { Fault } from '@lockstep/api';
import type { IntegrationConfiguration, ScriptPort } from '@lockstep/engine';
import { Refusal } from '../integrations/refusal.ts';
import { ScriptFailed } from './sandbox.ts';
import { Script } from './script.ts';

/** The hooks that the engine calls. */
export const HOOKS = ['beforeRun', 'beforeWrite', 'beforeComment'];

/** A script at work; whoever opened it ends it. */
export type OpenScript = ScriptPort & AsyncDisposable;

/** Scripts of integrations with the library that they share. */
export class Scripts {
  private readonly library: { text(): Promise<string> };

  constructor(library: { text(): Promise<string> }) {
    this.library = library;
  }

  /** Undefined for an integration without one. @throws Refusal when it cannot be played */
  async open(
    configuration: Pick<IntegrationConfiguration, 'name' | 'script'>,
  ): Promise<OpenScript | undefined> {
    const { name, script } = configuration;
    if (script === undefined) return undefined;
    try {
      const opened = await Script.open({ script, library: await this.library.text() });
      return {
        hooks: opened.hooks,
        call: (call) => opened.call(call),
        [Symbol.asyncDispose]: () => opened.close(),
      };
    } catch (error) {
      if (!(error instanceof ScriptFailed)) throw error;
      throw new Refusal(
        422,
        'script-failed',
        `the script of “${name}” cannot be played: ${error.message}`,
        'Correct the script, or the library that it imports from.',
      );
    }
  }

  /** What is wrong with an integration's script before it is saved. */
  async check(configuration: IntegrationConfiguration): Promise<Fault[]> {
    try {
      await using script = await this.open(configuration);
      if (script === undefined || script.hooks.some((hook) => HOOKS.includes(hook))) return [];
      return [
        {
          path: ['script'],
          message: `the script exports none of ${HOOKS.join(', ')}, so it is never played`,
          remedy: 'Write `export function beforeWrite({ fields }) { … }`, for example.',
          level: 'warning',
        },
      ];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { message, remedy } = error;
      return [{ path: ['script'], message, remedy, level: 'error' }];
    }
  }

  /** @throws Refusal when the library is none, or would break the script of one of these. */
  async playAll(integrations: readonly Pick<IntegrationConfiguration, 'name' | 'script'>[]): Promise<void> {
    const alone = { name: 'library', script: `import * as all from 'library';\nexport { all };` };
    for (const one of [alone, ...integrations]) {
      await using _script = await this.open(one);
    }
  }
}
