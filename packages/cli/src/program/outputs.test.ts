import { drainProgress, status } from '@tricade/cluster';
import { wellSnapshot } from '@tricade/cluster/testing';
import { expect, test } from 'vitest';
import { areas, labArea } from '../program.ts';
import { type OutputShape, outputs } from './outputs.ts';

test('every command that prints data has a documented shape, and no other', () => {
  const printing = [
    ...areas.flatMap(({ rows }) => rows.filter((row) => row.prints).map((row) => row.name)),
    ...labArea.rows.filter((row) => row.prints).map((row) => `lab ${row.name}`),
  ];
  expect(Object.keys(outputs).sort()).toEqual(printing.sort());
});

/** Keys that must be there are, and none that is not told of. */
function expectShape(name: string, value: object): void {
  const { keys } = outputs[name] as OutputShape;
  const told = Object.keys(keys);
  expect(Object.keys(value)).toEqual(
    expect.arrayContaining(told.filter((key) => !key.endsWith('?'))),
  );
  const known = told.map((key) => key.replace('?', ''));
  expect(Object.keys(value).filter((key) => !known.includes(key))).toEqual([]);
}

test('status and drain print what is documented', () => {
  const well = wellSnapshot();
  expectShape('status', status(well));
  expectShape('drain', { ...drainProgress(well, 'p1'), conductor: [] });
});
