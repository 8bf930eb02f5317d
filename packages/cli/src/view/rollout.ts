/** A rollout as lines for people, as it goes on and when it has ended. Pure. */
import { type Name, span } from '@tricade/cluster';
import type { Converged, RolloutEvent } from '@tricade/rollout';

const words: Readonly<Partial<Record<string, string>>> = { blob: 'carrying over' };

/** Lines of progress: one a step, and one at half of a transfer. Remembers what it said of each node. */
export class RolloutLines {
  readonly #half = new Set<string>();
  #doing = 'looking at the nodes';

  /** What goes on now, for those who have heard nothing for a while. */
  get doing(): string {
    return `  still ${this.#doing}`;
  }

  /** The line for an event, if it is worth one. */
  of(event: RolloutEvent): string | undefined {
    switch (event.kind) {
      case 'step-begun':
        this.#doing = `at ${event.node}`;
        return `  ${event.node}  begins, because ${event.why.text}`;
      case 'progress':
        return this.#progress(event);
      case 'drain': {
        const waits = event.waits.map((wait) => wait.text).join('; ');
        this.#doing = `draining ${event.node}: ${waits}`;
        return `  ${event.node}  ${event.empty ? 'is empty' : `drains: ${waits}`}`;
      }
      case 'step-ended':
        this.#doing = 'looking at the nodes';
        return `  ${event.node}  ${event.end.result} in ${span(event.tookMs)}${endText(event.end)}`;
      case 'waiting': {
        const waits = event.waits.map((wait) => `${wait.node} (${wait.why.text})`).join(', ');
        return `  waiting: ${waits}`;
      }
      default:
        return undefined;
    }
  }

  #progress(event: Extract<RolloutEvent, { kind: 'progress' }>): string | undefined {
    const { node, phase, subject, share } = event;
    const far = share === undefined ? '' : `, ${Math.floor(share * 100)} %`;
    this.#doing = `at ${node}: ${words[phase] ?? phase} ${subject}${far}`.trimEnd();
    const half = phase === 'blob' && share !== undefined && share >= 0.5 && share < 1;
    const known = this.#half.has(`${node} ${subject}`);
    if (!half || known) return undefined;
    this.#half.add(`${node} ${subject}`);
    return `  ${node}  half of ${subject} is there`;
  }
}

type StepEnd = Extract<RolloutEvent, { kind: 'step-ended' }>['end'];

function endText(end: StepEnd): string {
  if (end.result === 'done') return `, ${end.changedFiles} files`;
  const output = 'output' in end && end.output !== '' ? `\n${indented(end.output)}` : '';
  return `: ${end.why.text}${output}`;
}

function indented(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => `      ${line}`).join('\n');
}

/** What `endLine` tells besides the rollout itself. */
export interface EndFacts {
  readonly nodes: number;
  readonly tookMs: number;
  readonly file: string;
}

/** The verdict, and the next useful command. */
export function endLine(converged: Converged, { nodes, tookMs, file }: EndFacts): string {
  const { ending, waves, why } = converged;
  const waits = converged.waits.map((wait) => `${wait.node}: ${wait.why.text}`).join('; ');
  const time = `${(tookMs / 1_000).toFixed(1)} s`;
  if (ending === 'done')
    return `DONE  ${nodes} nodes as wanted after ${waves} ${waves === 1 ? 'wave' : 'waves'}, ${time}      next: tricade status ${file}`;
  if (ending === 'wave-done')
    return `WAVE DONE  the plan is applied, ${time}; ${counted(converged.waits.length, 'wait')}: ${waits}      next: tricade plan ${file}`;
  const text = [why?.text, waits].filter(Boolean).join('; ');
  return `${ending.toUpperCase()}  ${text} (${time})      next: tricade plan ${file}`;
}

/** `1 waits`, `3 wait`. */
function counted(count: number, verb: string): string {
  return `${count} ${verb}${count === 1 ? 's' : ''}`;
}

/** 3 where all that kept it from its end was out of reach, else 1; 130 interrupted. */
export function endCode(converged: Converged): 0 | 1 | 3 | 130 {
  const { ending, failed, waits, inventory } = converged;
  if (ending === 'done' || ending === 'wave-done') return 0;
  if (ending === 'interrupted') return 130;
  const away = (node: Name): boolean => {
    const found = inventory[node];
    return found === undefined || 'unreachable' in found;
  };
  if (ending === 'incomplete') return waits.every(({ node }) => away(node)) ? 3 : 1;
  const unreachable = failed.length > 0 && failed.every(({ end }) => end.result === 'unreachable');
  return ending === 'failed' && unreachable ? 3 : 1;
}
