import { z } from "zod";

/** A moment, in ISO 8601 with its zone: `2026-11-29T12:00:00.000Z`. */
export const moment = z.iso.datetime({ offset: true }).meta({
  description: "A moment, in ISO 8601 with its zone.",
  examples: ["2026-11-29T12:00:00.000Z"],
});

/** The name of a project or of a resource. */
export const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u)
  .meta({ description: "The name of a project or of a resource.", examples: ["web"] });

/** What is believed of a resource. */
export const health = z
  .enum(["healthy", "degraded", "unhealthy", "unknown"])
  .meta({ description: "What is believed of it, after the checks so far." });

/** Whether a resource is as it was deployed. */
export const sync = z
  .enum(["unknown", "in_sync", "drifted", "missing"])
  .meta({ description: "Whether it is as it was deployed; `unknown` for what is only looked at." });

/** A count, or a number of something. */
export const count = z
  .int()
  .min(0)
  .meta({ examples: [3] });

/**
 * Text, with what may stand there.
 *
 * @param example - Such a text.
 * @param description - What it is; left out where its name says it.
 * @returns The schema.
 */
export function textLike(example: string, description?: string): z.ZodString {
  return z
    .string()
    .meta({ ...(description === undefined ? {} : { description }), examples: [example] });
}

/** What became of one check. */
export const verdict = z
  .enum(["pass", "fail", "error", "skipped"])
  .meta({ description: "`error`: we could not look, which says nothing about the target." });

/** A rising number that identifies something of a project. */
export const id = z
  .int()
  .min(0)
  .meta({ examples: [7] });

/** The same, in a path or a query. */
export const idText = z.coerce
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ examples: [7] });

/**
 * How many are given at most, in a query.
 *
 * @param most - More cannot be asked for.
 * @param usual - When nothing is said.
 * @returns The schema.
 */
export function limitOf(most: number, usual: number): z.ZodDefault<z.ZodCoercedNumber> {
  const description = `At most so many; ${String(usual)} by default.`;
  return z.coerce.number().int().min(1).max(most).default(usual).meta({ description });
}
