import type { CodeTable } from '@tricade/cluster';

/** Codes of the monitor, for `tricade explain`. */
export const codes: CodeTable = {
  'TRI-M001': {
    title: 'the monitor has no generation',
    effect: 'It does not start; the nodes keep their last good state.',
    fix: 'Roll the cluster out: tricade apply FILE. It writes /etc/tricade/generation.json.',
  },
};
