import type { CodeTable } from '@tricade/cluster';

/** Broken promises of rollouts. */
export const codes: CodeTable = {
  'TRI-R001': {
    title: 'secret not found',
    effect: 'Nothing was installed on the nodes that need it; they run on as they are.',
    fix: 'Put the file where the cluster file says (paths are relative to it), or set the environment variable.',
  },
  'TRI-R002': {
    title: 'cluster secret out of reach',
    effect:
      'Nothing was installed: with another secret every node would lose its log-in to the feed.',
    fix: 'Bring one of the monitors within reach; /var/lib/tricade/secret/cluster is kept there.',
  },
  'TRI-R003': {
    title: 'no id left for a new member',
    effect: 'Nothing was installed. Ids are never reused; there are 32,767 of them.',
    fix: 'Give the cluster a new name: its tables and ids begin anew, and its flows with them.',
  },
  'TRI-R004': {
    title: 'journal not writable',
    effect: 'The rollout did not begin, or stopped before its next wave.',
    fix: 'Check space and rights of the folder named, or set XDG_STATE_HOME.',
  },
  'TRI-R005': {
    title: 'monitors hold different cluster secrets',
    effect: 'Nothing was installed: it is not clear which one the feed’s users are derived from.',
    fix: 'Remove /var/lib/tricade/secret/cluster from all monitors but one, then run the command again.',
  },
};
