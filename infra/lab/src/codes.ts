import type { CodeTable } from '@tricade/cluster';

/** Codes of the lab, for `tricade explain`. Nothing here touches traffic outside of a lab. */
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
    title: 'this machine cannot run a lab',
    effect: 'None: nothing was started.',
    fix: 'Be root, and install what the message names: sh infra/setup/run.sh packages core.',
  },
  'TRI-L007': {
    title: 'the lab cannot be built as it is written',
    effect: 'None: nothing was started.',
    fix: 'Mend every fault that the message lists: names, addresses, MAC addresses, gateways.',
  },
  'TRI-L008': {
    title: 'the lab is being changed by another process',
    effect: 'None.',
    fix: 'Wait until that one is done.',
  },
  'TRI-L009': {
    title: 'something of the lab is left',
    effect: 'The next lab of this name may not start.',
    fix: 'Take it down again; what the message names stayed busy for longer than it should.',
  },
  'TRI-L010': {
    title: 'the host is off, or on already',
    effect: 'None: the host stays as it is.',
    fix: 'See what is on: tricade lab status FILE.',
  },
  'TRI-L011': {
    title: 'the capture failed',
    effect: 'Packets are missing or none were recorded; the lab runs on.',
    fix: 'Check the filter (pcap-filter(7)) and that the lab is up.',
  },
  'TRI-L012': {
    title: 'a host does not answer in time',
    effect: 'It cannot be reached over SSH; a lab that was coming up was taken down again.',
    fix: 'Read the tail of its console in the message; allow more time on a slow machine.',
  },
};
