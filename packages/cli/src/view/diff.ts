/** Line differences (Myers, "An O(ND) Difference Algorithm", 1986, in its simple form: longest common subsequence by table). Pure. */

const mostLines = 2_000;

/** `-` and `+` lines with up to two lines of context; one line where a text is too long to compare. */
export function diffLines(before: string, after: string): readonly string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  if (a.length > mostLines || b.length > mostLines)
    return [`~ ${a.length} lines become ${b.length}`];
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i] as Uint16Array;
      const below = lengths[i + 1] as Uint16Array;
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return withContext(walk(a, b, lengths));
}

type Line = readonly [mark: ' ' | '-' | '+', text: string];

function walk(
  a: readonly string[],
  b: readonly string[],
  lengths: readonly Uint16Array[],
): readonly Line[] {
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([' ', a[i] ?? '']);
      i++;
      j++;
    } else if (
      j >= b.length ||
      (i < a.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      lines.push(['-', a[i++] ?? '']);
    } else {
      lines.push(['+', b[j++] ?? '']);
    }
  }
  return lines;
}

function withContext(lines: readonly Line[]): readonly string[] {
  const near = (at: number): boolean =>
    lines.slice(Math.max(0, at - 2), at + 3).some(([mark]) => mark !== ' ');
  return lines.flatMap(([mark, text], at) => (near(at) ? [`${mark} ${text}`.trimEnd()] : []));
}
