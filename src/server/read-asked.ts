import type { z } from "zod";
import type { Asked, Route } from "../api/route.ts";
import { Refusal } from "./refusal.ts";

/** What a client sent, as it came. */
export interface Sent {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** So many problems are told at once. */
const LIMIT_ERRORS = 20;

/**
 * Reads what is asked.
 *
 * @param route - What may be asked.
 * @param sent - What came.
 * @returns It, validated.
 * @throws {@link Refusal} With everything that is wrong.
 */
export function readAsked(route: Route, sent: Sent): Asked<Route> {
  const problems: { readonly property: string; readonly message: string }[] = [];
  const read = (schema: z.ZodType, value: unknown, where: string): unknown => {
    const { success, data, error } = schema.safeParse(value);
    if (success) return data;
    for (const { path, message } of error.issues) {
      problems.push({ property: [where, ...path.map(String)].join("."), message });
    }
    return undefined;
  };
  const params = read(route.params, sent.params, "path");
  const query = read(route.query.strict(), sent.query, "query");
  const body = route.body === null ? null : read(route.body, sent.body ?? {}, "body");
  if (problems.length === 0) return { params, query, body } as Asked<Route>;
  throw new Refusal(400, "request-invalid", "What was sent is not what is needed.", {
    errors: problems.slice(0, LIMIT_ERRORS),
  });
}
