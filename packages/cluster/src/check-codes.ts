/** Codes of the live invariants (`check.ts`), joined into the table of the package. */
import type { CodeTable } from './error.ts';

export const checkCodes: CodeTable = {
  'TRI-P001': {
    title: 'A director holds other rows than the feed at the same step',
    effect: 'Established connections break when routers move them to or from that director.',
    fix: 'Restart its agent: it loads the snapshot. If it happens again, report it with `tricade doctor`.',
  },
  'TRI-P002': {
    title: 'A director announces without leave to receive',
    effect: 'It may forward by an old table; tables stand still until routers pass it over.',
    fix: 'Look at its agent and its speaker: the announcement must go. Routers with an agent pass it over meanwhile.',
  },
  'TRI-P003': {
    title: 'A row sends new flows to a real that does not exist',
    effect: 'New connections of that row are dropped and counted by the directors.',
    fix: 'Put the real back into the cluster file, or let the conductor drain it before it is removed.',
  },
  'TRI-P004': {
    title: 'No real of a table takes new flows',
    effect: 'The table is kept as it is; new connections go to reals that are drained or down.',
    fix: 'Undrain or repair one of them: `tricade status` lists them with their causes.',
  },
  'TRI-P005': {
    title: 'A VIP has no next hop on a router',
    effect: 'Clients behind that router do not reach the VIP.',
    fix: 'Look at the sessions between that router and the directors that may receive.',
  },
  'TRI-P006': {
    title: 'A receiving director is more than one step behind',
    effect:
      'Only steps that may overtake (down, dead) can cause it; connections moved to it may break.',
    fix: 'Look at its agent. It is fenced when it does not catch up.',
  },
  'TRI-P007': {
    title: 'A table step breaks the rules of its kind',
    effect: 'The leader does not publish it, every node would refuse it, and nothing changes.',
    fix: 'This is a fault of the conductor: report it with the message.',
  },
  'TRI-P008': {
    title: 'No server of a pool takes new requests',
    effect: 'Proxies answer 503, or use servers that are thought to be down.',
    fix: 'Undrain or repair one of them: `tricade status` lists them with their causes.',
  },
  'TRI-P009': {
    title: 'A table does not have the digest that it is named by',
    effect: 'Agents refuse it and keep the rows that they have.',
    fix: 'The leader publishes its tables again when it is restarted; look for a second writer on the store.',
  },
  'TRI-P010': {
    title: 'A table does not have the size of its group',
    effect:
      'Directors that were set up for the size of the group refuse it and keep what they have.',
    fix: 'The size of a group is fixed at its birth. Give the directors the driver that it was born with.',
  },
  'TRI-P011': {
    title: 'A router forwards to a director without leave to receive',
    effect: 'Tables stand still: connections that reach that director might not find their owner.',
    fix: 'Look at the agent of the router, or take the next hop out by hand.',
  },
  'TRI-P012': {
    title: 'No director may receive',
    effect: 'No VIP is announced.',
    fix: 'A director gets leave when its tables are loaded and it has seen its canary packet: `tricade status` says what each one lacks.',
  },
  'TRI-P013': {
    title: 'A wave takes more nodes of a tier out of service than may be',
    effect: 'Nothing of the wave was begun.',
    fix: 'Bring back who is out of service, or raise `rollout.maxUnavailable`. From `tricade plan` itself this is a fault of the program: report it.',
  },
  'TRI-P014': {
    title: 'A node that may hold flows would be restarted without being drained',
    effect: 'Nothing of the wave was begun: its flows would have been cut.',
    fix: 'This is a fault of the planner: report it with the plan (`tricade plan FILE -o json`).',
  },
  'TRI-P015': {
    title: 'One wave changes two tiers of a cluster that serves',
    effect: 'Nothing of the wave was begun: a fault in both at once would leave no way around.',
    fix: 'This is a fault of the planner: report it with the plan (`tricade plan FILE -o json`).',
  },
  'TRI-P016': {
    title: 'A wave changes a node that nobody has read',
    effect: 'Nothing of the wave was begun.',
    fix: 'This is a fault of the planner: report it with the plan (`tricade plan FILE -o json`).',
  },
  'TRI-P017': {
    title: 'What would be installed is of an implausible shape',
    effect: 'Nothing was changed on any node.',
    fix: 'A newer generation on a node: apply the newest cluster file. A role without files: report it.',
  },
  'TRI-P018': {
    title: 'A group would lose more than half of its members at once',
    effect: 'Nothing was changed: a cut or empty file looks just like that.',
    fix: 'Read the difference. Where it is meant, `tricade apply FILE --force`.',
  },
  'TRI-P019': {
    title: 'A step would overtake directors that have not acked the one before',
    effect:
      'The step is not published and rows stay as they are: flows that move between two such directors could lose their owner.',
    fix: 'This is a fault of the conductor: report it with the message (`tricade events FILE`). Restart the leading monitor to let another one decide.',
  },
  'TRI-P020': {
    title: 'A node that carries traffic is not in the cluster file any more',
    effect:
      'Nothing was changed. A deleted director would go on announcing, since nobody could tell it to withdraw; connections through a deleted proxy or server would end.',
    fix: 'Put it back into the file, `tricade drain FILE NODE` until it is empty, then delete it. Where it is meant, `tricade apply FILE --force`, and power the node off.',
  },
};
