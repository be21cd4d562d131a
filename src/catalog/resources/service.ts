import { url } from "../../model/option-types.ts";
import { resource } from "../../model/resource.ts";

/**
 * An HTTP service that somebody else runs: it is only looked at.
 *
 * Without assertions, it must answer with a status from 200 to 299.
 *
 * @example
 * ```ts
 * new ServiceResource({ name: "api", url: "https://api.example.com/health" });
 * ```
 */
export class ServiceResource extends resource({
  kind: "service",
  name: "ServiceResource",
  summary: "An HTTP service that somebody else runs.",
  fields: {
    url: url("http", "https").required("Where it answers."),
  },
  checkIntervalSeconds: 30,
  target: (parameters) => ({ url: parameters.url }),
  builtIn: (parameters) => [
    { kind: "http-status", parameters: { url: parameters.url, expectedStatus: "2xx" } },
  ],
  sample: { url: "http://127.0.0.1:8080/" },
}) {}
