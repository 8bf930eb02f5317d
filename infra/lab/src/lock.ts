/** One change of a lab at a time. */
import { createServer } from 'node:net';
import { TricadeError } from '@tricade/cluster';
import { labRoot } from './paths.ts';

/**
 * Takes the lock of a lab; the function returned gives it back. The lock is a name in the abstract socket namespace (unix(7)): the kernel
 * takes it back when the process ends in whatever way, so there is no stale one. Throws TRI-L008 where somebody else has it.
 */
export function lockLab(lab: string): Promise<() => void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on('error', (cause) =>
      reject(
        new TricadeError('TRI-L008', `lab ${lab} is being changed by another process`, {
          hint: 'Wait until it is done.',
          cause,
        }),
      ),
    );
    server.listen(`\0tricade-lab:${labRoot()}:${lab}`, () => {
      server.unref();
      resolve(() => server.close());
    });
  });
}
