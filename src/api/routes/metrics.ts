import { z } from "zod";
import type { Route } from "../route.ts";

const NOTHING = z.object({});
const MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** What Prometheus asks. */
export const metricsRoutes = {
  metrics: {
    method: "GET",
    path: "/api/metrics",
    access: "reader",
    tag: "Metrics",
    summary: "Get all metrics",
    description: "In the text format of Prometheus.",
    params: NOTHING,
    query: NOTHING,
    body: null,
    answer: { type: "text", mediaType: MEDIA_TYPE, description: "Samples." },
  },
  probe: {
    method: "GET",
    path: "/probe",
    access: "reader",
    tag: "Metrics",
    summary: "Probe a target as blackbox_exporter does",
    description:
      "Takes the parameters of blackbox_exporter and gives its metrics, for configured targets only.",
    params: NOTHING,
    // A scrape configuration may send what only some modules of blackbox_exporter take.
    query: z.looseObject({
      target: z
        .string()
        .min(1)
        .max(2_000)
        .meta({ examples: ["https://shop.example.org"] }),
      module: z
        .string()
        .min(1)
        .max(100)
        .default("http_2xx")
        .meta({ examples: ["http_2xx"] }),
      debug: z.enum(["true", "false"]).default("false"),
      hostname: z
        .string()
        .regex(/^[\w.:[\]-]{1,253}$/u)
        .optional()
        .meta({ description: "What the target is asked for by, instead of its own name." }),
    }),
    body: null,
    answer: { type: "text", mediaType: MEDIA_TYPE, description: "Samples." },
    problems: {
      400: "There is no such module.",
      403: "The target is none that is configured.",
      503: "Too many probes wait already.",
    },
    isSlow: true,
  },
} as const satisfies Readonly<Record<string, Route>>;
