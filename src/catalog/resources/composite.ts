import { list } from "../../model/composite-types.ts";
import { resourceReference } from "../../model/option-types.ts";
import { resource } from "../../model/resource.ts";

/**
 * A unit of several resources, under a name of its own.
 *
 * It needs all of its parts, so that whatever depends on it waits for every one of them; and its parts need whatever it
 * depends on. Without assertions of its own it is as healthy as its parts are. A resource may be part of several units, and a
 * unit of another one. A class that extends this one is a unit that can be declared again and again.
 *
 * @example
 * ```ts
 * const network = new ServiceResource({ name: "gateway", url: "http://127.0.0.1:8000/" });
 * const db = new DockerResource({ name: "db", image: "postgres:17" });
 * const web = new DockerResource({ name: "web", image: "nginx:alpine", dependsOn: [db] });
 * const shop = new CompositeResource({ name: "shop", resources: [db, web], dependsOn: [network] });
 * new ServiceResource({ name: "front", url: "http://127.0.0.1:8080/", dependsOn: [shop] });
 * ```
 *
 * @example
 * ```ts
 * class Shop extends CompositeResource {
 *   constructor(name: string) {
 *     const db = new DockerResource({ name: `${name}-db`, image: "postgres:17" });
 *     const web = new DockerResource({ name: `${name}-web`, image: "nginx:alpine", dependsOn: [db] });
 *     super({ name, resources: [db, web] });
 *   }
 * }
 *
 * new Shop("berlin");
 * new Shop("paris");
 * ```
 */
export class CompositeResource extends resource({
  kind: "composite",
  name: "CompositeResource",
  summary: "A unit of several resources, under a name of its own.",
  fields: {
    resources: list(resourceReference(), { least: 1 }).required(
      "Its parts; what depends on the unit waits for all of them.",
    ),
  },
  checkIntervalSeconds: 60,
  target: () => ({}),
  builtIn: () => [],
  passesOnDependencies: true,
  sample: { resources: ["db", "web"] },
}) {}
