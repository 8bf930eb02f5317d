import type { CodeTable } from '@tricade/cluster';

/** Error codes of the agent. */
export const codes: CodeTable = {
  'TRI-A101': {
    title: 'this machine is not a node of any cluster',
    effect: 'The agent does not run here; traffic is not touched.',
    fix: 'Install the node with `tricade apply`.',
  },
  'TRI-A102': {
    title: 'a file that the rollout installed cannot be read',
    effect:
      'The agent does not run; the data plane keeps what it has until the speaker is withdrawn.',
    fix: 'Install the node again with `tricade apply`; the message names the file.',
  },
  'TRI-A103': {
    title: 'this version has no driver for a role of the node',
    effect: 'The role is not steered; the node keeps what it has.',
    fix: 'Install a version that has the driver, or name another one in the cluster file.',
  },
  'TRI-A104': {
    title: 'announcements cannot be taken back',
    effect: 'Routers still send traffic to this node.',
    fix: 'Stop the speaker on the node: `systemctl stop tricade-bird`.',
  },
};
