import type { Asked } from "../api/route.ts";
import type { metricsRoutes } from "../api/routes/metrics.ts";
import type { ProbeAsked, ProbeOutcome } from "../ports/served.ts";
import { Special, type Handling, type Requested } from "./handler.ts";
import { Refusal } from "./refusal.ts";

const PATIENCE_HEADER = "x-prometheus-scrape-timeout-seconds";
const SECONDS = /^\d{1,6}(?:\.\d{1,9})?$/u;
const MS = 1_000;
const RETRY_SECONDS = "1";
const NOTHING = { type: "forbidden", message: "Nothing may be probed here." } as const;

/**
 * Answers a probe. A target that is down is an answer, too: only what may not be asked is refused.
 *
 * @param asked - Target and module.
 * @param requested - Who asks, and how long they wait.
 * @param handling - Who probes.
 * @returns Samples, or readable text where that is asked for.
 * @throws {@link Refusal} When there is no such module or target, or too many wait.
 */
export async function answerProbe(
  { query }: Asked<typeof metricsRoutes.probe>,
  requested: Requested,
  { served }: Pick<Handling, "served">,
): Promise<Special<string>> {
  const isDebug = query.debug === "true";
  const asked: ProbeAsked = {
    target: query.target,
    module: query.module,
    hostname: query.hostname ?? null,
    client: `${requested.caller.who} ${requested.caller.from}`,
    patienceMs: patienceOf(requested.headers[PATIENCE_HEADER]),
    isDebug,
  };
  const outcome = (await served.prober?.probe(asked, requested.signal)) ?? NOTHING;
  if (outcome.type !== "metrics") throw refusalOf(outcome);
  const headers = isDebug ? { "content-type": "text/plain; charset=utf-8" } : {};
  return new Special(outcome.text, { headers });
}

function refusalOf({
  type,
  message,
}: Exclude<ProbeOutcome, { readonly type: "metrics" }>): Refusal {
  if (type === "no-module") return new Refusal(400, "module-unknown", message);
  if (type === "busy") {
    const headers = { "retry-after": RETRY_SECONDS };
    return new Refusal(503, "probes-busy", message, { headers });
  }
  const hint = "What may be probed is what is watched, and what server.probe.targets names.";
  return new Refusal(403, "target-forbidden", message, { hint });
}

function patienceOf(header: string | readonly string[] | undefined): number | null {
  if (header === undefined) return null;
  if (typeof header === "string" && SECONDS.test(header)) return Number(header) * MS;
  throw new Refusal(400, "request-invalid", "The scrape timeout is no number of seconds.", {
    errors: [{ property: `headers.${PATIENCE_HEADER}`, message: "must be a number of seconds" }],
  });
}
