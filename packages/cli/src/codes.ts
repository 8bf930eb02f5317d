import type { CodeTable } from '@tricade/cluster';

/** Codes of the command line, for `tricade explain`. */
export const codes: CodeTable = {
  'TRI-U001': {
    title: 'the cluster file has errors',
    effect: 'None: nothing is changed by a file with errors.',
    fix: 'Mend what tricade validate FILE lists.',
  },
  'TRI-U002': {
    title: 'a file cannot be read or written',
    effect: 'None.',
    fix: 'Check the path and its permissions.',
  },
  'TRI-U003': {
    title: 'no monitor answers',
    effect: 'Traffic goes on: nodes keep their last good state.',
    fix: 'Check SSH to the monitors and `systemctl status tricade-monitor` there; roll out first if that was never done.',
  },
  'TRI-U004': {
    title: 'the monitor refused the change',
    effect: 'None: nothing was changed.',
    fix: 'The message names what stands in the way.',
  },
  'TRI-U005': {
    title: 'a driver does not exist',
    effect: 'The cluster file asks for a part that this version lacks.',
    fix: 'Choose another driver: tricade modes lists what each can do.',
  },
  'TRI-U006': {
    title: 'not done in time',
    effect: 'What was asked for goes on; only the waiting ended.',
    fix: 'Look at tricade status FILE, or wait longer with --timeout.',
  },
  'TRI-U007': { title: 'wrong usage', effect: 'None.', fix: 'See --help of the command.' },
  'TRI-U008': {
    title: 'this needs a confirmation',
    effect: 'None: nothing was changed.',
    fix: 'Answer at a terminal, or pass --yes.',
  },
  'TRI-U009': {
    title: 'this cannot be drained',
    effect: 'None: no latch was set, and traffic goes on as it does.',
    fix: 'A router: have its neighbours send the traffic elsewhere first (withdraw the VIPs there, or make this way less preferred). A monitor: just stop it. `tricade drain FILE NODE --maintenance` marks either as out on purpose, so that it raises no alarm.',
  },
  'TRI-U010': {
    title: 'no director counts traffic',
    effect: 'None: what cannot be counted is forwarded all the same.',
    fix: 'Directors on xdp count (`l4.driver`); those of a cluster that was just rolled out begin within seconds. Look at tricade status FILE for directors that are stale.',
  },
};
