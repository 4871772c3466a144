export { describeConnector } from './describe.ts';
export { checks } from './checks.ts';
export type { CheckName } from './checks.ts';
export { Bench } from './bench.ts';
export { Lacking } from './check.ts';
export type { Check } from './check.ts';
export type { ConformanceOptions } from './describe.ts';
export type { Person, Samples, Subject } from './subject.ts';
