/**
 * The cycles of a directed graph: its strongly connected components of more than one vertex, and vertices with an edge to
 * themselves (Tarjan, Depth-first search and linear graph algorithms, 1972).
 */
export function cycles(edges: ReadonlyMap<string, readonly string[]>): readonly string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const found: string[][] = [];

  const connect = (vertex: string): void => {
    index.set(vertex, index.size);
    low.set(vertex, index.size - 1);
    stack.push(vertex);
    onStack.add(vertex);
    for (const next of edges.get(vertex) ?? []) {
      if (!index.has(next)) connect(next);
      if (onStack.has(next)) low.set(vertex, Math.min(low.get(vertex) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(vertex) === index.get(vertex)) close(vertex);
  };

  const close = (first: string): void => {
    const component = stack.splice(stack.indexOf(first));
    for (const vertex of component) onStack.delete(vertex);
    if (component.length > 1 || edges.get(first)?.includes(first)) found.push(component.sort());
  };

  for (const vertex of edges.keys()) if (!index.has(vertex)) connect(vertex);
  return found;
}
