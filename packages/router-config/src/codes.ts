/** Codes of this package, for `tricade explain`. */
import type { CodeTable } from '@tricade/cluster';

export const codes: CodeTable = {
  'TRI-B01': {
    title: 'BIRD refused its live file',
    effect: 'The former announcements or fences stay in force; nothing was withdrawn or added.',
    fix: 'Run `birdc configure check` on the node; apply again if /etc/tricade/bird.conf was edited by hand.',
  },
  'TRI-B02': {
    title: 'BIRD does not answer on its control socket',
    effect: 'Announcements and fences of this node can be neither changed nor read back.',
    fix: 'Run `systemctl status tricade-bird` on the node; its journal says why it stopped.',
  },
  'TRI-B03': {
    title: 'A routing state cannot be written as a BIRD configuration',
    effect: 'Nothing is installed on this node.',
    fix: 'Change the value that the message names in the cluster file.',
  },
  'TRI-B04': {
    title: 'What BIRD announces or installs could not be read',
    effect: 'The node is not acknowledged, so traffic is not moved on its word.',
    fix: 'Run `birdc show route all` and `ip -j route show proto bird` on the node.',
  },
  'TRI-B05': {
    title: 'The VIPs that a director answers ARP for cannot be set or read',
    effect: 'The node is not acknowledged; another director may answer for the VIPs as well.',
    fix: 'Run `ip addr show` on the node, and check that the device of the VIPs is there.',
  },
};
