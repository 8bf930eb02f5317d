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
    fix: 'Run `systemctl reload tricade-director` on the node, then `systemctl status tricade-bpf` where the driver is xdp; apply the cluster file again if that does not help.',
  },
  'TRI-D09': {
    title: 'Connection tracking cannot be read or changed',
    effect:
      'Translated flows are not counted, so no drain is taken for finished; those of a dead real hang until their clients give up.',
    fix: 'Run `conntrack -L` on the node; apply the cluster file again if the program is missing.',
  },
  'TRI-D10': {
    title: 'The ways back through the directors are not set',
    effect:
      'Replies of translated flows leave by the default gateway with the real’s own address: clients refuse them.',
    fix: 'Run `systemctl status tricade-return-paths` on the node; apply the cluster file again.',
  },
  'TRI-D20': {
    title: 'The BPF helper does not answer',
    effect:
      'The data plane runs on as it is; the director is not acknowledged until the helper is back.',
    fix: 'Run `systemctl status tricade-bpf` on the node; apply the cluster file again if the unit is missing.',
  },
  'TRI-D21': {
    title: 'The BPF helper refuses a request',
    effect: 'What the request was to change stays as it was.',
    fix: 'Run `journalctl -u tricade-bpf` on the node: the words of the kernel stand there.',
  },
  'TRI-D22': {
    title: 'There is no room for a forwarding table',
    effect: 'The director keeps the tables that it has.',
    fix: 'Apply the cluster file on this director: its maps are made for an older one.',
  },
  'TRI-D23': {
    title: 'The files of the BPF data plane are missing',
    effect: 'Nothing is rendered for nodes that need them.',
    fix: 'In a checkout run `sh infra/setup/run.sh packages build`; a bundled program needs the folder `bpf` beside it.',
  },
  'TRI-D30': {
    title: 'A value cannot be written for ipvsadm',
    effect: 'Nothing is installed on this node.',
    fix: 'Change the value that the message names in the cluster file.',
  },
  'TRI-D31': {
    title: 'The kernel refused a change of its IPVS table',
    effect:
      'Where the rehearsal refused it nothing was changed; else part of it may be. The step is not acknowledged and the conductor waits.',
    fix: 'Run `ipvsadm -Ln` and `systemctl status tricade-ipvs` on the node; apply the cluster file again if services are missing.',
  },
  'TRI-D32': {
    title: 'The IPVS table cannot be read back',
    effect: 'The director is not acknowledged; routers fence it if it stays so.',
    fix: 'Run `ipvsadm -Ln` on the node: its kernel needs the module ip_vs.',
  },
};
