/** Directors that tell answers apart by the flows that they remember need ports to do so. */
import type { Catalog } from '../driver.ts';
import type { Service } from '../model/intent.ts';
import { answersOf } from '../roles.ts';
import type { Ground } from './ground.ts';
import type { Problem } from './problem.ts';

/** Services of every protocol, some of which have no ports, in a mode in which an answer is known by its flow. */
export function answersToldApart({ cluster }: Ground, catalog: Catalog | undefined): Problem[] {
  const { driver } = cluster.l4;
  const { protocols = [], answersByPort } = catalog?.['director']?.[driver] ?? {};
  if (answersByPort === undefined || !protocols.includes('any')) return [];
  const answers = answersOf(cluster);
  const why = (service: Service) =>
    service.l4.mode === 'full-nat'
      ? 'answers come back to the director'
      : answers.whyByFlow(service);
  return cluster.services.flatMap((service) => {
    const at = service.ports.findIndex(({ protocol }) => protocol === 'any');
    const because = at === -1 ? undefined : why(service);
    if (because === undefined) return [];
    const message = `"${service.name}" takes packets without ports too, and ${driver} knows by ports whose an answer is (${service.l4.mode}): ${because}`;
    const path = ['services', service.name, 'ports'];
    return [{ code: 'TRI-T030', severity: 'error', path, message } as const];
  });
}
