/** What `steer` and `sample` promise on a machine. Each function returns its faults as sentences; none means the promise is kept. */
import type { Driver } from '../driver.ts';
import type { Sample } from '../model/seen.ts';
import { same, versionOf } from './compare.ts';
import type { DriverCase, Ground } from './driver-case.ts';
import { liveFolders } from './render-promises.ts';

/** The answer speaks of the state alone: the same for the same state whatever was before, another for another one. */
export async function steerFaults<State, Live>(
  driver: Driver<State, Live>,
  { state, live, changed }: DriverCase<State, Live>,
  { host }: Ground,
): Promise<string[]> {
  const steer = (wanted: Live, revision: number) =>
    driver.steer(host, state, wanted, versionOf(revision));
  const first = await steer(live, 1);
  const again = await steer(live, 1);
  const other = await steer(changed, 2);
  const back = await steer(live, 3);
  return [
    ...(first === '' ? ['no answer'] : []),
    ...(first === driver.liveDigest(state, live) ? [] : ['the answer is not what liveDigest says']),
    ...(other === driver.liveDigest(state, changed) ? [] : ['changed: not what liveDigest says']),
    ...(again === first ? [] : ['the second time answers something else']),
    ...(other === first ? ['another live state, the same answer'] : []),
    ...(back === first ? [] : ['the same live state by another way, another answer']),
  ];
}

/** Files outside the live folders stay, and the second time live files stay too. */
export async function steerOnlyLiveFaults<State, Live>(
  driver: Driver<State, Live>,
  { state, live, changed }: DriverCase<State, Live>,
  ground: Ground,
): Promise<string[]> {
  await driver.steer(ground.host, state, live, versionOf(3));
  const before = await ground.files();
  await driver.steer(ground.host, state, changed, versionOf(4));
  const after = await ground.files();
  await driver.steer(ground.host, state, changed, versionOf(4));
  const isLive = (fault: string) => liveFolders.some((folder) => fault.startsWith(folder));
  return [
    ...same(before, after, 'after steer').filter((fault) => !isLive(fault)),
    ...same(after, await ground.files(), 'after the same steer again'),
  ];
}

/** A sample is of a time, its counts are whole, and taking it changes no file and no live state. */
export async function sampleFaults<State, Live>(
  driver: Driver<State, Live>,
  { state, live }: DriverCase<State, Live>,
  { host, files }: Ground,
): Promise<string[]> {
  const acked = await driver.steer(host, state, live, versionOf(5));
  const before = await files();
  const { atMs, flows, counters, errors, drops, traffic, ownedSockets } = await driver.sample(
    host,
    state,
  );
  const records = [flows, counters, errors, drops, ...countedIn(traffic)];
  const counts = records.flatMap((record) => Object.values(record ?? {}));
  if (ownedSockets !== undefined) counts.push(ownedSockets);
  const again = await driver.steer(host, state, live, versionOf(5));
  return [
    ...(atMs > 0 ? [] : ['a sample without a time']),
    ...counts
      .filter((count) => !(count >= 0 && Number.isInteger(count)))
      .map((count) => `count ${count}`),
    ...same(before, await files(), 'after a sample'),
    ...(again === acked ? [] : ['the live state is another after a sample']),
  ];
}

function countedIn(traffic: Sample['traffic']): readonly Readonly<Record<string, number>>[] {
  const { services = {}, reals = {} } = traffic ?? {};
  return [...Object.values(services), ...Object.values(reals)].map((each) => ({ ...each }));
}
