import { resource } from "../../model/resource.ts";

/**
 * This machine: a place for claims that belong to nothing smaller.
 *
 * @example
 * ```ts
 * new HostResource({ assertions: [new DiskSpaceAssert({ path: "/", minGbFree: 5 })] });
 * ```
 */
export class HostResource extends resource({
  kind: "host",
  name: "HostResource",
  summary: "This machine.",
  fields: {},
  checkIntervalSeconds: 60,
  target: () => ({}),
  sample: {},
}) {}
