/** A file to install: absolute path, digest (64 hex digits) and size of its content. */
export interface PackagedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}
