import type { Host, SpeakerState } from '@tricade/cluster';
import { roleStates, TricadeError } from '@tricade/cluster';
import type { NodeFiles } from './node-files.ts';
import type { AgentDrivers } from './steering.ts';

/**
 * Withdraws every VIP that this node announces and reads back that it did: for an agent that is not coming back. Does nothing on a node without
 * a speaker. Throws TRI-A103 without a driver for it, TRI-A104 where something is announced all the same, and what the driver throws.
 */
export async function withdraw(host: Host, drivers: AgentDrivers, files: NodeFiles): Promise<void> {
  const { cluster, generation, node } = files;
  const state: SpeakerState | undefined = roleStates({ cluster, generation }, node).speaker;
  if (state === undefined) return;
  const { speaker } = drivers;
  if (speaker === undefined)
    throw new TricadeError('TRI-A103', `there is no driver for the speaker of ${node}`, { node });
  const announcements = Object.fromEntries(state.prefixes.map((prefix) => [prefix, 'withdrawn']));
  const at = { generation: generation.number, epoch: 0, revision: 0 };
  const read: string = await speaker.steer(host, state, { announcements }, at);
  if (read !== speaker.liveDigest(state, { announcements }))
    throw new TricadeError('TRI-A104', `${node} still announces: ${read}`, { node });
}
