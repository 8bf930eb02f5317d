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
  'TRI-R006': {
    title: 'a plan file cannot be used',
    effect: 'Nothing was changed.',
    fix: 'Make it anew with this program: tricade plan FILE --out PLAN.',
  },
  'TRI-R007': {
    title: 'the cluster file changed since the plan was made',
    effect: 'Nothing was changed: the plan was read for another intent.',
    fix: 'Plan again, read it, and apply that: tricade plan FILE --out PLAN.',
  },
  'TRI-R008': {
    title: 'another generation was rolled out since the plan was made',
    effect: 'Nothing was changed: what the plan starts from is not there any more.',
    fix: 'Plan again, read it, and apply that: tricade plan FILE --out PLAN.',
  },
  'TRI-R009': {
    title: 'a node is not as it was when the plan was made',
    effect: 'Nothing was changed, on no node.',
    fix: 'See what happened to the node (tricade doctor FILE), then plan again: tricade plan FILE --out PLAN.',
  },
  'TRI-R010': {
    title: 'planning now gives something else than the plan',
    effect:
      'Nothing was changed. A latch, a node without reports or another version of the program makes such a difference.',
    fix: 'Plan again, read it, and apply that: tricade plan FILE --out PLAN.',
  },
};
