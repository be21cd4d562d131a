import type { z } from "zod";
import { ROUTES } from "../../api/routes.ts";
import type { about, index } from "../../api/schemas/service.ts";
import type { Health } from "../../model/verdict.ts";

/** Where things are. */
interface Place {
  readonly version: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
}

/**
 * Tells what this is, and where to go next.
 *
 * @param place - Where it is.
 * @param status - How everything is.
 * @returns As the API has it.
 */
export function aboutView({ version, baseUrl }: Place, status: Health): z.input<typeof about> {
  const at = (path: string): string => `${baseUrl}${path}`;
  return {
    name: "clockwork",
    description: "Health as code: what should exist, what must be true of it, and how it is.",
    version,
    status,
    links: {
      api: at("/api"),
      documentation: at("/api/docs"),
      openapi: at("/api/openapi.json"),
      status: at("/api/status"),
      metrics: at("/api/metrics"),
      projects: at("/api/projects"),
      resources: at("/api/resources"),
      incidents: at("/api/incidents"),
      events: at("/api/events"),
    },
  };
}

/**
 * Lists all endpoints.
 *
 * @param place - Where they are.
 * @returns As the API has it.
 */
export function indexView({ version, baseUrl }: Place): z.input<typeof index> {
  return {
    version,
    documentation: `${baseUrl}/api/docs`,
    openapi: `${baseUrl}/api/openapi.json`,
    endpoints: Object.values(ROUTES).map(({ method, path, summary, access }) => ({
      method,
      url: `${baseUrl}${path}`,
      summary,
      access,
    })),
  };
}
