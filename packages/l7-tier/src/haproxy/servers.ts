/** What differs between the servers that are wanted and those that HAProxy has, and its server-state file. Pure. */
import { canonicalAddress, type ServerState } from '@tricade/cluster';
import type { Found, ServerSetting, Wanted } from '../wanted-servers.ts';

/** `show servers state`: a version, a comment, then a line a server (management guide 2.6, section 9.3). undefined where it is none. */
export function parseServers(text: string): Found | undefined {
  const [version, ...lines] = text.split('\n');
  if (version !== '1') return undefined;
  const found = new Map<string, ServerSetting>();
  for (const line of lines) {
    if (line === '' || line.startsWith('#')) continue;
    const field = line.split(' ');
    if (field.length < 19) return undefined;
    found.set(`${field[1]}/${field[3]}`, {
      state: stateOf(Number(field[6])),
      weight: Number(field[7]),
      address: field[4] ?? '',
      port: Number(field[18]),
    });
  }
  return found;
}

/** Bits of srv_admin_state: 1 maintenance, 8 drain; others are inherited from elsewhere and never set by us. */
function stateOf(admin: number): ServerState {
  if ((admin & 1) !== 0) return 'maint';
  return (admin & 8) === 0 ? 'ready' : 'drain';
}

export interface Difference {
  /** Commands that bring what was found to what is wanted. */
  readonly commands: readonly string[];
  /** Wanted, but the running program does not have them. */
  readonly missing: readonly string[];
}

/** Only what differs. Ports too: a reload takes them from the live file, where they may be older than the configuration. */
export function difference(wanted: Wanted, found: Found): Difference {
  const commands: string[] = [];
  const missing: string[] = [];
  for (const [key, want] of wanted) {
    const now = found.get(key);
    if (now === undefined) {
      missing.push(key);
      continue;
    }
    if (now.port !== want.port || !isSameAddress(now.address, want.address))
      commands.push(`set server ${key} addr ${want.address} port ${want.port}`);
    if (now.weight !== want.weight) commands.push(`set server ${key} weight ${want.weight}`);
    const state = adminOf(want.state);
    if (now.state !== state) commands.push(`set server ${key} state ${state}`);
  }
  return { commands, missing };
}

/** HAProxy's own word for a state: a dead server is one in maintenance whose sessions have been ended besides. */
function adminOf(state: ServerState): Exclude<ServerState, 'dead'> {
  return state === 'dead' ? 'maint' : state;
}

function isSameAddress(one: string, other: string): boolean {
  return one === other || canonicalAddress(one) === canonicalAddress(other);
}

/** The live file: what a new worker starts with. Fields as in `show servers state`; those after the weights speak of checks, which there are none of. */
export function liveFile(wanted: Wanted): string {
  const header = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
`;
  const admin = { ready: 0, drain: 8, maint: 1, dead: 1 };
  const lines = [...wanted.values()].map(
    ({ pool, server, state, weight, baseWeight, address, port }) =>
      `1 ${pool} 1 ${server} ${address} ${admin[state] === 1 ? 0 : 2} ${admin[state]} ${weight} ${baseWeight} 0 1 0 2 0 0 0 0 - ${port} - 0 0 - - 0\n`,
  );
  return header + lines.join('');
}
