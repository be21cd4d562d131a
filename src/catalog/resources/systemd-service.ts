import type { LifecycleDefinition } from "../../model/lifecycle.ts";
import { OptionType } from "../../model/option-type.ts";
import { boolean, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import { requireAtMostOne } from "../../model/option-rules.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import {
  captureService,
  createService,
  removeService,
  restoreService,
  updateService,
  verifyService,
} from "../lifecycles/systemd-change.ts";
import { restartService } from "../lifecycles/systemd-restart.ts";
import { resolveContent, serviceUnit } from "../lifecycles/systemd-options.ts";
import { diagnoseService, listServices, readService } from "../lifecycles/systemd-read.ts";

const LIMIT_CONTENT_CHARACTERS = 1024 * 1024;

/** The name of a service; what was read has its suffix. */
const SERVICE = new OptionType<string, string>("name of a service", serviceUnit);

const FIELDS = {
  unit: SERVICE.optional(
    "Its name, with or without .service; the name of the resource by default.",
  ),
  content: text({ most: LIMIT_CONTENT_CHARACTERS }).optional(
    "What its unit file holds; only looked at when neither this nor source is given.",
  ),
  source: PATH.optional("The file that its unit file is a copy of, instead of its content."),
  enabled: boolean().or(true, "Whether it is started with the machine."),
};

const LIFECYCLE: LifecycleDefinition<typeof FIELDS, DeployWorld> = {
  settleSeconds: 15,
  replacing: ["unit"],
  isManaged: ({ content, source }) => content !== null || source !== null,
  claims: ({ unit }, name) => [`unit:${unit ?? serviceUnit(name)}`],
  resolve: resolveContent,
  verify: verifyService,
  read: readService,
  create: createService,
  update: updateService,
  remove: removeService,
  restart: restartService,
  capture: captureService,
  restore: restoreService,
  diagnose: diagnoseService,
  list: listServices,
};

/**
 * A service of systemd.
 *
 * With content or a source it is made: its file is written to `/etc/systemd/system`, and it is enabled as declared and started.
 * A changed file starts it anew. A unit that somebody else wrote, or a package, is never touched unless it is adopted; a file
 * of ours then stands before that of a package, which counts again when ours is removed.
 *
 * Without assertions, it must be active.
 *
 * @example
 * ```ts
 * new SystemdServiceResource({ name: "web", unit: "nginx" });
 * ```
 */
export class SystemdServiceResource extends resource({
  kind: "systemd-service",
  name: "SystemdServiceResource",
  summary: "A service of systemd.",
  fields: FIELDS,
  checkIntervalSeconds: 10,
  target: ({ unit, content, source }, name) => {
    requireAtMostOne({ content, source });
    const own = unit ?? serviceUnit(name);
    const isManaged = content !== null || source !== null;
    if (isManaged && own.endsWith("@.service")) {
      throw new InvalidOption("must be a unit that can be started: a template cannot", {
        property: "unit",
        hint: "name an instance of it, such as web@1",
      });
    }
    return { unit: own };
  },
  builtIn: () => [{ kind: "systemd-unit", parameters: {} }],
  lifecycle: LIFECYCLE,
  sample: { unit: "nginx" },
}) {}
