/** The program of the links' child process, from source. */
export const linksProgram: string = `import(${JSON.stringify(new URL('../links/tell-parent.ts', import.meta.url).href)});`;
