/** How scripts travel: never in the argument list (others read it in `ps`), never half. */
import { constants } from 'node:os';

/** One word of sh, whatever is in it. Throws on NUL, which no argument can hold. */
export function quote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a NUL byte cannot stand in a shell word');
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const lastLine = '#tricade-end';

/** A script as bytes for the standard input, before the script's own input, and the command that takes exactly these bytes from it. */
export function carriedScript(script: string): { command: string; head: Buffer } {
  const head = Buffer.from(`${script}\n${lastLine}`);
  // A connection cut in the middle must not run the first half: the last line has to be there.
  const command = `s="$(head -c ${head.length})"; case "$s" in *"${lastLine}") eval "$s";; *) exit 255;; esac`;
  return { command, head };
}

/** Calls `onLine` for every whole line, and at `end()` for what is left. Bytes in, UTF-8 lines out. */
export function lineSplitter(onLine: (line: string) => void): {
  push(chunk: Buffer): void;
  end(): void;
} {
  const decoder = new TextDecoder();
  let rest = '';
  const emit = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  return {
    push: (chunk) => emit(decoder.decode(chunk, { stream: true })),
    end: () => {
      emit(decoder.decode());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}

/** Exit status as sh would say it: 128 + n for signal n. */
export function exitStatus(code: number | null | undefined, signal: string | undefined): number {
  if (typeof code === 'number') return code;
  const name = signal === undefined ? '' : signal.startsWith('SIG') ? signal : `SIG${signal}`;
  const signals: Record<string, number> = constants.signals;
  return 128 + (signals[name] ?? 0);
}

export const defaultTimeoutMs = 60_000;
