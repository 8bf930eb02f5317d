/** What installing and `observe` promise on a machine. Each function returns its faults as sentences; none means the promise is kept. */
import type { Driver } from '../driver.ts';
import type { Bundle } from '../model/plan.ts';
import { same, versionOf } from './compare.ts';
import type { DriverCase, Ground } from './driver-case.ts';
import { liveFolders } from './render-promises.ts';

/** Before: nothing runs. After: it runs. */
export async function activeFaults<State, Live>(
  driver: Driver<State, Live>,
  { state }: DriverCase<State, Live>,
  { host, install }: Ground,
): Promise<string[]> {
  const before = await driver.observe(host, state);
  await install(host, driver.render(state));
  const active = await driver.observe(host, state);
  return [
    ...(before.running ? ['observe: runs before it is installed'] : []),
    ...(active.running ? [] : ['observe: does not run after it is installed']),
  ];
}

/** The second time changes no file, and what is observed is the same. */
export async function installTwiceFaults<State, Live>(
  driver: Driver<State, Live>,
  { state }: DriverCase<State, Live>,
  ground: Ground,
): Promise<string[]> {
  const once = await found(driver, state, ground);
  await ground.install(ground.host, driver.render(state));
  return same(once, await found(driver, state, ground), 'after the second install');
}

/** The bundle is refused, and files, program and live state are as before. */
export async function refusalFaults<State, Live>(
  driver: Driver<State, Live>,
  { state, live, spoil = failingCheck }: DriverCase<State, Live>,
  ground: Ground,
): Promise<string[]> {
  const acked = await driver.steer(ground.host, state, live, versionOf(1));
  const before = await found(driver, state, ground);
  const refused = await ground.install(ground.host, spoil(driver.render(state))).then(
    () => false,
    () => true,
  );
  const again = await driver.steer(ground.host, state, live, versionOf(1));
  return [
    ...(refused ? [] : ['a bundle whose check fails is installed']),
    ...same(before, await found(driver, state, ground), 'after a refused bundle'),
    ...(again === acked ? [] : ['the live state is another after a refused bundle']),
  ];
}

/** Another generation does not touch live files; the member that it takes out is named nowhere any more. */
export async function replaceFaults<State, Live>(
  driver: Driver<State, Live>,
  { state, live, without }: DriverCase<State, Live>,
  ground: Ground,
): Promise<string[]> {
  if (!without) return [];
  await driver.steer(ground.host, state, live, versionOf(1));
  const before = liveFiles(await ground.files());
  await ground.install(ground.host, driver.render(without.state));
  const faults = same(before, liveFiles(await ground.files()), 'after another generation');
  const seen = await driver.observe(ground.host, without.state);
  if (!seen.running) faults.push('observe: does not run after another generation');
  const first = await driver.steer(ground.host, without.state, without.live, versionOf(2));
  const again = await driver.steer(ground.host, without.state, without.live, versionOf(2));
  if (first !== again) faults.push('steer after another generation is not idempotent');
  return faults;
}

function failingCheck(bundle: Bundle): Bundle {
  return { ...bundle, checks: [...bundle.checks, 'exit 1'] };
}

function liveFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  const isLive = (path: string) => liveFolders.some((folder) => path.startsWith(folder));
  return Object.fromEntries(Object.entries(files).filter(([path]) => isLive(path)));
}

async function found<State, Live>(
  driver: Driver<State, Live>,
  state: State,
  ground: Ground,
): Promise<Record<string, string>> {
  const { running } = await driver.observe(ground.host, state);
  return { ...(await ground.files()), running: String(running) };
}
