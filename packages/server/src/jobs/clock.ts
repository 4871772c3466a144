import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Random } from '@lockstep/engine';

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (milliseconds, signal) => {
    await delay(Math.max(0, milliseconds), undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  },
};

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const WIDTH = 2 ** 32;

/** Ids as ULIDs: 10 digits of time, 16 of chance. */
export const systemRandom: Random = {
  id: () => {
    let time = Date.now();
    let text = '';
    for (let place = 0; place < 10; place++) {
      text = DIGITS.charAt(time % 32) + text;
      time = Math.floor(time / 32);
    }
    for (const byte of randomBytes(16)) text += DIGITS.charAt(byte % 32);
    return text;
  },
  fraction: () => randomInt(WIDTH) / WIDTH,
};
