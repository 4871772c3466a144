export * from './configuration/integration.ts';
export * from './filter/filter.ts';
export * from './ports/budget.ts';
export * from './ports/clock.ts';
export * from './ports/records.ts';
export * from './ports/store.ts';
