/** Codes of this package, for `tricade explain`. */
import type { CodeTable } from '@tricade/cluster';

export const codes: CodeTable = {
  'TRI-D01': {
    title: 'A service asks for what this driver cannot do',
    effect: 'Nothing is installed on this node.',
    fix: 'Choose a mode, protocol or driver that fits; `tricade validate` names what each driver can do.',
  },
  'TRI-D02': {
    title: 'A value cannot be written in an nft rule set',
    effect: 'Nothing is installed on this node.',
    fix: 'Change the value that the message names in the cluster file.',
  },
  'TRI-D03': {
    title: 'The kernel refused a change of a forwarding table',
    effect: 'The table stays as it was: the step is not acknowledged and the conductor waits.',
    fix: 'Run `systemctl status tricade-director` on the node and `nft list ruleset`; apply the cluster file again if the table is missing.',
  },
  'TRI-D04': {
    title: 'The forwarding tables cannot be read back',
    effect: 'The director is not acknowledged; routers fence it if it stays so.',
    fix: 'Run `systemctl status tricade-director` on the node; apply the cluster file again if the table is missing.',
  },
  'TRI-D05': {
    title: 'A forwarding table does not have the size of its group',
    effect: 'The director keeps its former table.',
    fix: 'Apply the cluster file on this director: its generation is older than the table.',
  },
  'TRI-D06': {
    title: 'A receiver state holds what is no address',
    effect: 'Nothing is installed on this node.',
    fix: 'Change the value that the message names in the cluster file.',
  },
  'TRI-D07': {
    title: 'The sockets of a receiver cannot be listed',
    effect: 'Nobody knows which flows the node still owns: it is not taken for empty.',
    fix: 'Run `ss -tn` on the node; install iproute2.',
  },
  'TRI-D08': {
    title: 'The rules of a director do not stand at its device',
    effect: 'The director is not acknowledged and does not ask to receive traffic.',
    fix: 'Run `systemctl reload tricade-director` on the node; apply the cluster file again if that does not help.',
  },
};
