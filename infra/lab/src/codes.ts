import type { CodeTable } from '@tricade/cluster';

/** Codes of the lab, for `tricade explain`. */
export const codes: CodeTable = {
  'TRI-L001': {
    title: 'the lab is up already',
    effect: 'None: the running lab stays as it is.',
    fix: 'Use it, or take it down first: tricade lab down FILE.',
  },
  'TRI-L002': {
    title: 'the lab is not up',
    effect: 'None.',
    fix: 'Bring it up: tricade lab up FILE.',
  },
  'TRI-L003': {
    title: 'the lab did not come up',
    effect: 'The lab was taken down again.',
    fix: 'Read the log lines below; `tricade doctor` names what the machine lacks.',
  },
  'TRI-L004': {
    title: 'no such host or network in the lab',
    effect: 'None.',
    fix: 'See the names: tricade lab status FILE.',
  },
  'TRI-L005': {
    title: 'a command in the lab failed',
    effect: 'The fault or capture was not carried out in full.',
    fix: "Read the command's own words; try again after tricade lab status FILE.",
  },
  'TRI-L006': {
    title: 'the lab needs root',
    effect: 'None: nothing was started.',
    fix: 'Run it as root: namespaces, mounts and cgroups are made.',
  },
};
