import type { NodeReport, Table } from '@tricade/cluster';
import { reportSample } from '@tricade/feed/testing';
import { describe, expect, test } from 'vitest';
import { adoptTables, carrying, type Tables } from './adopt.ts';

const table = (step: number, digest = `${step}`, group = 'l7'): Table => ({
  group,
  step,
  digest,
  rows: new Uint32Array([1]),
});
const of = (...tables: Table[]): Tables =>
  Object.fromEntries(tables.map((each) => [each.group, each]));

interface Case {
  readonly name: string;
  readonly own?: Tables;
  readonly reported: Readonly<Record<string, Tables>>;
  readonly carries?: readonly string[];
  readonly want: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  { name: 'nobody holds anything', reported: {}, want: {} },
  { name: 'the only holder', reported: { d1: of(table(4)) }, want: { l7: '4' } },
  { name: 'the highest step', reported: { d1: of(table(4)), d2: of(table(5)) }, want: { l7: '5' } },
  { name: 'own is newer', own: of(table(6)), reported: { d1: of(table(5)) }, want: { l7: '6' } },
  { name: 'own is older', own: of(table(4)), reported: { d1: of(table(5)) }, want: { l7: '5' } },
  {
    name: 'at the same step what most hold',
    reported: { d1: of(table(5, 'a')), d2: of(table(5, 'b')), d3: of(table(5, 'b')) },
    want: { l7: 'b' },
  },
  {
    name: 'a table of an older life in a corner moves nobody’s flows',
    own: of(table(5)),
    reported: { d1: of(table(5)), d2: of(table(900)) },
    carries: ['d1'],
    want: { l7: '5' },
  },
  {
    name: 'nor where those in traffic have not reported theirs',
    own: of(table(5)),
    reported: { d2: of(table(900)) },
    carries: ['d1'],
    want: { l7: '5' },
  },
  {
    name: 'who carries traffic outvotes a later step',
    reported: { d1: of(table(5)), d2: of(table(900)) },
    carries: ['d1'],
    want: { l7: '5' },
  },
  {
    name: 'nothing is known but the corner’s table',
    reported: { d2: of(table(900)) },
    carries: ['d1'],
    want: { l7: '900' },
  },
  {
    name: 'each group for itself',
    own: of(table(3), table(8, '8', 'web')),
    reported: { d1: of(table(4), table(7, '7', 'web')) },
    want: { l7: '4', web: '8' },
  },
];

describe('adopt', () => {
  test.each(cases)('$name', ({ own = {}, reported, carries = [], want }) => {
    const adopted = adoptTables(own, reported, new Set(carries));
    const digests = Object.entries(adopted).map(([group, { digest }]) => [group, digest]);
    expect(Object.fromEntries(digests)).toEqual(want);
  });
});

test('who carries traffic: with leave, or announcing', () => {
  const reports: Record<string, NodeReport> = {
    d2: { ...reportSample('d2'), announcing: ['198.51.100.1/32'] },
    d3: reportSample('d3'),
  };
  expect([...carrying(['d1', 'd2', 'd3', 'd4'], { d1: {}, p1: {} }, reports)]).toEqual([
    'd1',
    'd2',
  ]);
});
