/** The program of the agent's child process: out of the bundled program, or from the checkout. */

/** Put in by the bundler (infra/packaging/program.ts). */
declare const bundledLinks: string | undefined;

/** JavaScript for `serveAgent`. */
export function linksProgram(): string {
  if (typeof bundledLinks !== 'undefined') return bundledLinks;
  return `import(${JSON.stringify(import.meta.resolve('@tricade/agent/links'))});`;
}
