import { OptionType } from "../../model/option-type.ts";
import { boolean, text } from "../../model/option-types.ts";
import { InvalidOption, shownValue } from "../../model/options.ts";
import { requireAtMostOne } from "../../model/option-rules.ts";
import { PATH } from "../../model/path-option.ts";
import { resource } from "../../model/resource.ts";

const SUFFIX = ".service";
const OTHER_SUFFIX = /\.(?:socket|device|mount|automount|swap|target|path|timer|slice|scope)$/u;
const NAME = /^[\w:.\\@-]{1,247}$/u;
const LIMIT_CONTENT_CHARACTERS = 1024 * 1024;

/** The name of a service; what was read has its suffix. */
const SERVICE = new OptionType<string, string>("name of a service", unitOf);

/**
 * A service of systemd.
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
  fields: {
    unit: SERVICE.optional(
      "Its name, with or without .service; the name of the resource by default.",
    ),
    content: text({ most: LIMIT_CONTENT_CHARACTERS }).optional(
      "What its unit file holds; only looked at when neither this nor source is given.",
    ),
    source: PATH.optional("The file that its unit file is a copy of, instead of its content."),
    enabled: boolean().or(true, "Whether it is started with the machine."),
  },
  checkIntervalSeconds: 10,
  target: ({ unit, content, source }, name) => {
    requireAtMostOne({ content, source });
    return { unit: unit ?? unitOf(name) };
  },
  builtIn: () => [{ kind: "systemd-unit", parameters: {} }],
  sample: { unit: "nginx" },
}) {}

function unitOf(value: unknown): string {
  const name =
    typeof value === "string" && value.endsWith(SUFFIX) ? value.slice(0, -SUFFIX.length) : value;
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new InvalidOption(`must be the name of a service: got ${shownValue(value)}`);
  }
  if (!OTHER_SUFFIX.test(name)) return `${name}${SUFFIX}`;
  throw new InvalidOption(`must be a service, not another kind of unit: got ${shownValue(value)}`, {
    hint: "claim what must be true of it with a SystemdUnitAssert",
  });
}
