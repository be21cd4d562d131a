import type { Random } from "../../ports/random.ts";

/** The machine's own chance; not for secrets. */
export const systemRandom: Random = { next: () => Math.random() };
