/** What QUIC servers of a node put into their connection ids, as a file for them. Pure. */
import type { Artifact, ReceiverState } from '@tricade/cluster';

const path = '/etc/tricade/quic-ids';

/**
 * A line each service: its name, and the two bytes that stand behind the first octet of a connection id, hexadecimal (QUIC-LB's plaintext algorithm,
 * draft-ietf-quic-load-balancers; `bpf/socket-check.h`). No file where there is none.
 */
export function quicIdFiles({ quicIds = [] }: ReceiverState): readonly Artifact[] {
  if (quicIds.length === 0) return [];
  const lines = quicIds.map(
    ({ service, id }) => `${service} ${id.toString(16).padStart(4, '0')}\n`,
  );
  return [{ path, mode: 0o644, content: { text: lines.join('') } }];
}
