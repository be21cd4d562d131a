import { assertion } from "../../model/assertion.ts";
import { OptionType } from "../../model/option-type.ts";
import { oneOf, text } from "../../model/option-types.ts";
import { InvalidOption } from "../../model/options.ts";
import type { World } from "../../ports/world.ts";

const SUFFIX = /\.(?:service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/u;

const NAME = text({
  most: 255,
  like: /^[\w:.\\@-]+$/u,
  label: "name of a unit",
});

/** The name of a unit; what was read has its suffix. */
const UNIT = new OptionType<string, string>("name of a unit", (value) => {
  const name = NAME.read(value);
  return SUFFIX.test(name) ? name : `${name}.service`;
});

const STATES = [
  "active",
  "reloading",
  "inactive",
  "failed",
  "activating",
  "deactivating",
  "maintenance",
  "refreshing",
] as const;

/** What systemd says of a unit that it does not have. */
const NOT_FOUND = "not-found";

/** How a unit ends that ends well. */
const SUCCESS = "success";

/**
 * A unit of systemd is in a certain state.
 *
 * @example
 * ```ts
 * new SystemdUnitAssert({ unit: "nginx" });
 * ```
 */
export class SystemdUnitAssert extends assertion({
  kind: "systemd-unit",
  name: "SystemdUnitAssert",
  summary: "A unit of systemd is in a certain state; one that is not there is in none.",
  uses: ["systemd"],
  fields: {
    unit: UNIT.optional(
      "Its name, .service where it has no suffix; its resource's unit by default.",
    ),
    expectedState: oneOf(STATES).or("active", "The state that it must be in."),
    expectedSubState: text({ most: 64 }).optional(
      "The finer state that it must be in, such as running, exited, listening, waiting.",
    ),
  },
  blameForTimeout: "ourselves",
  bind: ({ unit }, { target }) => {
    if (unit !== null) return {};
    if (target.unit !== null) return { unit: target.unit };
    throw new InvalidOption("needs a unit, as its resource has none", { code: "option-missing" });
  },
  claim: ({ unit, expectedState, expectedSubState }) =>
    `${unit ?? ""} is ${shownStates(expectedState, expectedSubState)}`,
  subject: ({ unit }) => unit ?? "",
  probe: async ({ unit }, world: World, { signal }) => {
    const systemd = await world.systemd();
    const { loadState, activeState, subState, result } = await systemd.unit(unit ?? "", signal);
    return { loadState, activeState, subState, result };
  },
  judge: ({ loadState, activeState, subState, result }, { expectedState, expectedSubState }) => {
    const expected = shownStates(expectedState, expectedSubState);
    if (loadState === NOT_FOUND) return { verdict: "fail", expected, actual: "no such unit" };
    const isAsExpected =
      activeState === expectedState && (expectedSubState === null || subState === expectedSubState);
    const isBadEnd = !isAsExpected && result !== "" && result !== SUCCESS;
    const load = loadState === "loaded" || isAsExpected ? "" : `, ${loadState}`;
    const end = isBadEnd ? `, ${result}` : "";
    return {
      verdict: isAsExpected ? "pass" : "fail",
      expected,
      actual: `${shownStates(activeState, subState)}${load}${end}`,
    };
  },
  samples: [
    {
      options: { unit: "nginx" },
      observation: {
        loadState: "loaded",
        activeState: "active",
        subState: "running",
        result: "success",
      },
      verdict: "pass",
    },
    {
      options: { unit: "backup.timer", expectedSubState: "waiting" },
      observation: {
        loadState: "loaded",
        activeState: "failed",
        subState: "failed",
        result: "resources",
      },
      verdict: "fail",
    },
    {
      options: { unit: "ngnix" },
      observation: {
        loadState: "not-found",
        activeState: "inactive",
        subState: "dead",
        result: "success",
      },
      verdict: "fail",
    },
  ],
}) {}

function shownStates(active: string, sub: string | null): string {
  return sub === null || sub === "" ? active : `${active} (${sub})`;
}
