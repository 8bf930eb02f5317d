/** The ways of picking a real that a kernel's balancer offers and a cluster file can name. */
import type { Scheduler } from './model/intent.ts';

/** Every scheduler, with what it does. */
export const schedulerTable: Readonly<Record<Scheduler, string>> = {
  mh: 'Maglev hash',
  wrr: 'weighted round robin',
  wlc: 'weighted least connections',
  sh: 'source hash',
};

export const schedulers: readonly Scheduler[] = Object.keys(schedulerTable) as Scheduler[];
