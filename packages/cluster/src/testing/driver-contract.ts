/** The promises of the driver port as a suite that every driver runs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Driver } from '../driver.ts';
import type { DriverCase, Ground } from './driver-case.ts';
import {
  activeFaults,
  installTwiceFaults,
  refusalFaults,
  replaceFaults,
} from './install-promises.ts';
import { bundleFaults, removalFaults } from './render-promises.ts';
import { sampleFaults, steerFaults, steerOnlyLiveFaults } from './steer-promises.ts';

/**
 * Declares the suite: what `render` promises for every case, and, where `makeGround` gives a machine, what installing, `observe`, `steer` and
 * `sample` promise there. Each case gets a fresh machine; its tests build on one another.
 */
export function driverContract<State, Live>(
  driver: Driver<State, Live>,
  cases: readonly DriverCase<State, Live>[],
  makeGround?: () => Promise<Ground>,
): void {
  describe.each(cases)(`driver ${driver.name}: $name`, (given) => {
    test('render is deterministic, its paths are the generation’s', () =>
      expect(bundleFaults(driver, given.state)).toEqual([]));
    test.runIf(given.without)('a member taken out disappears, nothing else changes', () =>
      expect(removalFaults(driver, given)).toEqual([]),
    );
    if (makeGround) onGround(driver, given, makeGround);
  });
}

function onGround<State, Live>(
  driver: Driver<State, Live>,
  given: DriverCase<State, Live>,
  makeGround: () => Promise<Ground>,
): void {
  describe('on a machine', () => {
    let ground: Ground;
    beforeAll(async () => {
      ground = await makeGround();
    });
    afterAll(() => ground?.close());
    test('observe sees nothing, then what was installed', async () =>
      expect(await activeFaults(driver, given, ground)).toEqual([]));
    test('install twice equals once', async () =>
      expect(await installTwiceFaults(driver, given, ground)).toEqual([]));
    test('steer is idempotent and answers what it read back', async () =>
      expect(await steerFaults(driver, given, ground)).toEqual([]));
    test('steer and sample change nothing of the generation', async () =>
      expect([
        ...(await steerOnlyLiveFaults(driver, given, ground)),
        ...(await sampleFaults(driver, given, ground)),
      ]).toEqual([]));
    test('a failing check leaves the old one live', async () =>
      expect(await refusalFaults(driver, given, ground)).toEqual([]));
    test.runIf(given.without)('a new generation keeps the live state', async () =>
      expect(await replaceFaults(driver, given, ground)).toEqual([]),
    );
  });
}
