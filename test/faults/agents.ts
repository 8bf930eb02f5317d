/** Agents that stand still for a while: what is steered then reaches the other nodes first. */
import { TricadeError } from '@tricade/cluster';
import { labFault } from '@tricade/lab';

const unit = 'tricade-agent.service';

export async function pauseAgent(lab: string, host: string): Promise<void> {
  await labFault(lab, { kind: 'pause', host, unit });
}

/** Nothing where the host has lost its power meanwhile: the agent that comes, or is there already, is another one. */
export async function resumeAgent(lab: string, host: string): Promise<void> {
  await labFault(lab, { kind: 'resume', host, unit }).catch((error: unknown) => {
    const isGone = error instanceof TricadeError && ['TRI-L005', 'TRI-L010'].includes(error.code);
    if (!isGone) throw error;
  });
}
