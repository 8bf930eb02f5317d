/** What runs, and what it counts. */
import type { DirectorState, Host, Observed, Sample } from '@tricade/cluster';
import { devicesOf } from './arms.ts';
import { dropsIn, othersIn, trafficIn } from './counters.ts';
import { flowsIn, parseFlowCounts, remembers } from './flows.ts';
import { type HelperClient, type HelperStatus, helperOf } from './helper-client.ts';
import { isAttached } from './read-back.ts';
import { sampledPackets } from './sources.ts';
import { serviceIdsOf } from './steer.ts';

export async function observe(host: Host, state: DirectorState): Promise<Observed> {
  const status = await helperOf(host)
    .then((client) => client.status())
    .catch((error: Error) => error);
  if (status instanceof Error) return { running: false, notes: [status.message] };
  return {
    running: status.loaded !== undefined && isAttached(status, state),
    notes: notesOf(status, state),
  };
}

function notesOf(status: HelperStatus, state: DirectorState): readonly string[] {
  const { object } = state.bpf ?? {};
  const other = object !== undefined && status.loaded !== object.sha256;
  const devices = devicesOf(state);
  const own = status.attached.filter(({ device }) => devices.includes(device));
  const bare = devices.filter((device) => own.every((each) => each.device !== device));
  return [
    ...(status.loaded === undefined ? ['no program is loaded'] : []),
    ...(other && status.loaded !== undefined ? ['another program is loaded'] : []),
    ...bare.map((device) => `no program is attached to ${device}`),
    ...own.map(({ program, device, mode }) => `${program} is attached to ${device} (${mode})`),
  ];
}

/** Counters since the maps were made: `counters` are packets of members, and of reasons that drop nothing (`reasons/WORD`). Flows are those of translated services. */
export async function sample(host: Host, state: DirectorState): Promise<Sample> {
  const client = await helperOf(host);
  const status = await client.status();
  const sums = async (map: string) => client.bytes(`sum ${map} 0 ${status.maps[map] ?? 1}`);
  const [reals, services, reasons, flows] = await Promise.all([
    sums('real_counters'),
    sums('service_counters'),
    sums('reason_counters'),
    rememberedFlows(client, state),
  ]);
  const ids = serviceIdsOf(host);
  const sampled = await sampledPackets({ host, client, state }, ids);
  const traffic = trafficIn({ reals, services }, state, ids);
  const packets = Object.entries(traffic.reals).map(([name, sum]) => [name, sum.packets] as const);
  return {
    atMs: Date.now(),
    counters: { ...Object.fromEntries(packets), ...othersIn(reasons) },
    drops: dropsIn(reasons),
    traffic,
    ...(flows === undefined ? {} : { flows }),
    ...(sampled === undefined ? {} : { sampled }),
  };
}

/** As the helper counted them last; undefined where nobody is remembered, or none were counted yet. */
async function rememberedFlows(
  client: HelperClient,
  state: DirectorState,
): Promise<Sample['flows']> {
  if (!remembers(state)) return undefined;
  const counts = parseFlowCounts(await client.ask('flows'));
  return counts === undefined ? undefined : flowsIn(counts, state);
}
