import type { Chance } from './chance.ts';
import { PRIORITIES, SEVERITIES, STATUSES } from './meaning.ts';
import { other, SIDES } from './state.ts';
import type { Field, PrivateRule, Side } from './state.ts';
import type { Person, Values } from './trackers/desk.ts';

interface Act {
  readonly side: Side;
  readonly person: Person;
}

/** One thing that people do. `both` is done on both sides at the same moment. */
export type Deed =
  | (Act & {
      readonly kind: 'create';
      readonly token: string;
      readonly values: Values & { title: string };
      readonly request: string;
    })
  | (Act & { readonly kind: 'edit'; readonly token: string; readonly values: Values })
  | (Act & {
      readonly kind: 'rewrite';
      readonly token: string;
      readonly paragraph: number;
      readonly sentence: string;
    })
  | (Act & {
      readonly kind: 'comment';
      readonly token: string;
      readonly text: string;
      readonly private: boolean;
    })
  | (Act & {
      readonly kind: 'attach';
      readonly token: string;
      readonly name: string;
      readonly content: string;
      readonly private: boolean;
    })
  | { readonly kind: 'both'; readonly deeds: readonly Deed[] };

export interface Round {
  /** Is the rush of the first creations waited out before? */
  readonly calm: boolean;
  readonly deeds: readonly { readonly pause: number; readonly deed: Deed }[];
  /** How far into a run the server is killed, 0..1. */
  readonly moment: number;
  /** Does the embedded PostgreSQL die with the server? */
  readonly database: boolean;
}

export interface Story {
  readonly rule: PrivateRule;
  /** Before the server starts. */
  readonly first: readonly Deed[];
  readonly rounds: readonly Round[];
}

const PEOPLE: readonly Person[] = ['alice', 'bob', 'carol'];
const WORDS = 'printer paper room cable screen key light door tray fan disk mouse desk lamp clock'.split(' ');
const EDITABLE = ['title', 'status', 'priority', 'assignee', 'severity', 'due'] as const;

/** Everything that people will do and when the server will be killed: a function of the seed alone. */
export function writeStory(chance: Chance, items: number, kills: number): Story {
  const author = new Author(chance);
  const rule: PrivateRule = chance.happens(0.5) ? 'private' : 'never';
  const early = Math.max(1, Math.ceil(items * 0.6));
  const first = SIDES.flatMap((side) => Array.from({ length: early }, () => author.create(side)));
  const late = SIDES.flatMap((side) => Array.from({ length: items - early }, () => side));
  const rounds = Array.from({ length: kills }, (_, index): Round => {
    const due = late.splice(0, Math.ceil(late.length / Math.max(1, kills - index)));
    const made = due.map((side) => author.create(side));
    const others = Array.from({ length: Math.max(6, Math.round(items * 0.4)) }, () => author.deed());
    const deeds = [...made, ...others].map((deed) => ({ pause: 30 + chance.below(500), deed }));
    // Most of a run's writes come early in it.
    // A third of the kills hits the creation of the copies, the others what people do with them.
    const calm = index === Math.ceil(kills / 3);
    return { calm, deeds, moment: chance.fraction() ** 1.5, database: chance.happens(0.4) };
  });
  return { rule, first, rounds };
}

class Author {
  private readonly chance: Chance;
  private readonly tokens: string[] = [];
  private marks = 0;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  create(side: Side): Deed {
    const token = `${side === 'redmine' ? 'a' : 'b'}${String(this.tokens.length).padStart(3, '0')}`;
    this.tokens.push(token);
    const values = {
      ...this.values(side, ['priority', 'assignee', 'severity', 'due']),
      title: this.title(token),
    };
    const request = this.text();
    const details = side === 'rt' ? { details: this.text() } : {};
    return { kind: 'create', side, person: this.person(), token, values: { ...values, ...details }, request };
  }

  deed(): Deed {
    const { chance } = this;
    const token = chance.pick(this.tokens);
    const side = chance.pick(SIDES);
    const dice = chance.below(100);
    if (dice < 34) return this.edit(side, token, this.some());
    if (dice < 50) {
      const fields = this.some();
      return { kind: 'both', deeds: [this.edit(side, token, fields), this.edit(other(side), token, fields)] };
    }
    if (dice < 60) return this.rewrite(side, token);
    if (dice < 68)
      return { kind: 'both', deeds: [this.rewrite(side, token), this.rewrite(other(side), token)] };
    const act = { side, person: this.person(), token };
    if (dice < 86) {
      const text = `${this.sentence()}\n\nSecond paragraph of ${this.mark()}.`;
      return { kind: 'comment', ...act, text, private: chance.happens(0.35) };
    }
    // Redmine shows files to everybody, whatever note they came with.
    const isPrivate = side === 'rt' && chance.happens(0.3);
    const content = `${this.mark()}\n${'0123456789abcdef'.repeat(1 + chance.below(4_000))}`;
    return { kind: 'attach', ...act, name: `${chance.pick(WORDS)}.bin`, content, private: isPrivate };
  }

  private edit(side: Side, token: string, fields: readonly Field[]): Deed {
    const title = fields.includes('title') ? { title: this.title(token) } : {};
    return {
      kind: 'edit',
      side,
      person: this.person(),
      token,
      values: { ...this.values(side, fields), ...title },
    };
  }

  private rewrite(side: Side, token: string): Deed {
    const paragraph = this.chance.below(4);
    return { kind: 'rewrite', side, person: this.person(), token, paragraph, sentence: this.sentence() };
  }

  private some(): readonly Field[] {
    return this.chance.happens(0.7)
      ? [this.chance.pick(EDITABLE)]
      : [this.chance.pick(EDITABLE), this.chance.pick(EDITABLE)];
  }

  private values(side: Side, fields: readonly Field[]): Values {
    const { chance } = this;
    const column = side === 'redmine' ? 0 : 1;
    const values: Partial<Record<Field, string>> = {};
    for (const field of fields) {
      if (field === 'status') values.status = chance.pick(STATUSES)[column];
      if (field === 'priority') values.priority = chance.pick(PRIORITIES)[column];
      if (field === 'assignee') values.assignee = chance.pick([...PEOPLE, '']);
      if (field === 'severity') values.severity = chance.pick([...SEVERITIES, '']);
      if (field === 'due') values.due = chance.happens(0.15) ? '' : this.due(side);
    }
    return values;
  }

  private due(side: Side): string {
    const two = (limit: number): string => String(this.chance.below(limit) + 1).padStart(2, '0');
    const day = `2028-${two(12)}-${two(28)}`;
    return side === 'redmine' ? day : `${day} ${two(22)}:${two(58)}:00`;
  }

  private title(token: string): string {
    return `[${token}] ${this.chance.pick(WORDS)} ${this.chance.pick(WORDS)} ${this.mark()}`;
  }

  private text(): string {
    return [this.sentence(), this.sentence(), this.sentence()].join('\n\n');
  }

  private sentence(): string {
    const words = Array.from({ length: 4 }, () => this.chance.pick(WORDS)).join(' ');
    return `The ${words} ${this.mark()} again.`;
  }

  private mark(): string {
    this.marks += 1;
    return `m${String(this.marks).padStart(6, '0')}z`;
  }

  private person(): Person {
    return this.chance.pick(PEOPLE);
  }
}
