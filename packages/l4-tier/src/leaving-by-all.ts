/** Drivers whose nodes answer clients: their answers leave by every router that lives. */
import { type Address, type Driver, type Host, TricadeError } from '@tricade/cluster';
import {
  lackingWays,
  readScript,
  restoreScript,
  type WaysOutInput,
  waysOutText,
  withWaysOut,
} from './ways-out.ts';

/** What was wanted last by a host, and until when that is believed to be so. */
const known = new WeakMap<Host, { readonly text: string; readonly untilMs: number }>();
const believedMs = 5_000;

/** Lines that the kernel does not follow. Throws TRI-D04. */
async function lacking(host: Host, input: WaysOutInput): Promise<readonly string[]> {
  const { stdout } = await host.run(readScript);
  try {
    return lackingWays(input, stdout);
  } catch (cause) {
    throw new TricadeError('TRI-D04', 'routes and rules cannot be read', {
      node: host.name,
      cause,
    });
  }
}

/** Without routers that are silent; where all are, with all. */
function past(input: WaysOutInput, silent: readonly Address[] = []): WaysOutInput {
  const ways = input.ways.map((way) => {
    const routers = way.routers.filter((router) => !silent.includes(router));
    return routers.length === 0 ? way : { ...way, routers };
  });
  return { ...input, ways };
}

/** Any change of a route makes the kernel forget which way each connection went: so those that a dead router took along go on with their next packet. Returns what is lacking then. */
async function set(host: Host, input: WaysOutInput): Promise<readonly string[]> {
  const text = waysOutText(input);
  const last = known.get(host);
  if (last?.text === text && performance.now() < last.untilMs) return [];
  const before = await lacking(host, input);
  if (before.length > 0) await host.run(restoreScript(before));
  const after = before.length > 0 ? await lacking(host, input) : before;
  if (after.length === 0) known.set(host, { text, untilMs: performance.now() + believedMs });
  return after;
}

/** What a digest says of the ways out; nothing where there are none. */
function waysDigest(input: WaysOutInput, without: readonly string[] = []): string {
  const routes = waysOutText(input)
    .split('\n')
    .filter((line) => line.includes(' route ') && !without.includes(line));
  const rules = without.filter((line) => line.includes(' rule ')).map((line) => `without ${line}`);
  return [...routes, ...rules].map((line) => `; ${line}`).join('');
}

/** The driver with what lets answers leave by several routers, where its state has them; as it is where there is one. `inputOf`: of a state. */
export function leavingByAll<State, Live extends { readonly silent?: readonly Address[] }>(
  driver: Driver<State, Live>,
  inputOf: (state: State) => WaysOutInput,
): Driver<State, Live> {
  return {
    ...driver,
    render: (state) => withWaysOut(driver.render(state), inputOf(state)),
    async observe(host, state) {
      const observed = await driver.observe(host, state);
      const input = inputOf(state);
      if (input.ways.length === 0) return observed;
      const rules = (await lacking(host, input)).filter((line) => line.includes(' rule '));
      const warnings = rules.map((line) => `the way out "${line}" is not set`);
      return { ...observed, warnings: [...(observed.warnings ?? []), ...warnings] };
    },
    async steer(host, ...wanted) {
      const [state, live] = wanted;
      const digest = await driver.steer(host, ...wanted);
      const input = past(inputOf(state), live.silent);
      if (input.ways.length === 0) return digest;
      return digest + waysDigest(input, await set(host, input));
    },
    liveDigest: (state, live) =>
      driver.liveDigest(state, live) + waysDigest(past(inputOf(state), live.silent)),
  };
}
