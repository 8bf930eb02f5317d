/** A host that SSH goes through first. */

/** `[user@]host[:port]`, as the schema lets it through; the user of the cluster where it names none. */
export function jumpOf(
  text: string,
  user: string,
): {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
} {
  const found = /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text);
  const address = found?.[2] ?? found?.[3] ?? text;
  return {
    name: `jump host ${address}`,
    address,
    port: Number(found?.[4] ?? 22),
    user: found?.[1] ?? user,
  };
}
