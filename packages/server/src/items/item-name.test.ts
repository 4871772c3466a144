import { describe, expect, it } from 'vitest';
import { answersTo, isAt, namesOf } from './item-name.ts';

const redmine = { id: '12', key: '#12', url: 'https://redmine.example/path/issues/12' };
const rt = { id: '7', key: '#7', url: 'https://rt.example/Ticket/Display.html?id=7' };
const memory = { id: '5', key: 'LEFT-5', url: 'memory://left/5' };
const unicode = { id: '10002', key: 'ÄRGER-3', url: 'https://jira.example/browse/%C3%84RGER-3' };

describe('an item is found', () => {
  it.each([
    ['12', redmine],
    ['#12', redmine],
    [' #12 ', redmine],
    ['https://redmine.example/path/issues/12', redmine],
    ['http://REDMINE.example/path/issues/12/', redmine],
    ['https://redmine.example/path/issues/12/edit?tab=history#note-3', redmine],
    ['https%3A%2F%2Fredmine.example%2Fpath%2Fissues%2F12', redmine],
    ['https://rt.example/Ticket/Display.html?id=7&ShowHeaders=1', rt],
    ['https://rt.example/Ticket/Display.html?ShowHeaders=1&id=%37', rt],
    ['left-5', memory],
    ['left%2500-5', memory],
    ['LEFT-5\u200B', memory],
    ['ＬＥＦＴ－５', memory],
    ['5', memory],
    ['memory://left/5', memory],
    ['ärger-3', unicode],
    ['10002', unicode],
    ['https://jira.example/browse/ÄRGER-3', unicode],
    ['https://jira.example/browse/%25C3%2584RGER-3', unicode],
  ])('as %s', (name, item) => expect(answersTo(item, namesOf(name))).toBe(true));
});

describe('an item is not mixed up', () => {
  it.each([
    ['2', redmine],
    ['112', redmine],
    ['LEFT-12', redmine],
    ['https://other.example/path/issues/12', redmine],
    ['https://redmine.example/issues/12', redmine],
    ['https://redmine.example/path/issues/123', redmine],
    ['https://rt.example/Ticket/Display.html?id=17', rt],
    ['https://rt.example/Ticket/Display.html?user=7', rt],
    ['RIGHT-5', memory],
    ['%', memory],
    ['https://', memory],
  ])('as %s', (name, item) => expect(answersTo(item, namesOf(name))).toBe(false));
});

it('is asked for under every id that a name may stand for', () => {
  expect(namesOf('#0012').ids).toContain('12');
  expect(namesOf('https://rt.example/Ticket/Display.html?id=7#x').ids).toContain('7');
  expect(namesOf('https://redmine.example/issues/12/edit').ids).toContain('12');
  expect(isAt('no address', new URL('https://rt.example/'))).toBe(false);
});
