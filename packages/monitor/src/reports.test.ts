import { reportSample } from '@tricade/feed/testing';
import { describe, expect, test } from 'vitest';
import { Reports } from './reports.ts';

describe('reports', () => {
  test('the one that came last counts, whatever its clock and version say', () => {
    const reports = new Reports();
    reports.arrived({ ...reportSample('d1', 9), atMs: 1_000_000 }, 10);
    reports.arrived({ ...reportSample('d1', 4), atMs: 5 }, 20);
    expect(reports.of('d1')).toMatchObject({ atMs: 5, version: { revision: 4 } });
    expect(reports.arrivals()).toEqual({ d1: 20 });
  });

  test('one that lay in the store has no age and never stands in for one that came', () => {
    const reports = new Reports();
    reports.arrived(reportSample('d1', 9), 10);
    reports.stored({ d1: reportSample('d1', 7), d2: reportSample('d2', 3) });
    expect(reports.of('d1')?.version.revision).toBe(9);
    expect(reports.of('d2')?.version.revision).toBe(3);
    expect(reports.arrivals()).toEqual({ d1: 10 });
    expect([reports.heard('d1'), reports.heard('d2'), reports.heard('d3')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(Object.keys(reports.ages(15))).toEqual(['d1']);
  });

  test('the age of a step counts from its first report', () => {
    const reports = new Reports();
    const at = (step: number, nowMs: number): void =>
      reports.arrived({ ...reportSample('d1'), steps: { l7: { step, digest: '' } } }, nowMs);
    at(3, 100);
    at(3, 200);
    expect(reports.ages(250)).toEqual({ d1: { ageMs: 50, stepAgesMs: { l7: 150 } } });
    at(4, 300);
    expect(reports.ages(310)['d1']?.stepAgesMs).toEqual({ l7: 10 });
  });

  test('the highest position that anybody reports', () => {
    const reports = new Reports();
    expect(reports.highest()).toEqual({ epoch: 0, revision: 0 });
    reports.arrived(
      { ...reportSample('d1'), version: { generation: 1, epoch: 2, revision: 70 } },
      1,
    );
    reports.stored({
      d2: { ...reportSample('d2'), version: { generation: 1, epoch: 5, revision: 8 } },
    });
    expect(reports.highest()).toEqual({ epoch: 5, revision: 70 });
  });
});
