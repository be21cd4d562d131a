import { Argument, Option } from "@commander-js/extra-typings";
import { delayOption, integerOption } from "../options.ts";

/** How the outcome of a command is written. */
export type DataFormat = "pretty" | "json";

/** What happens when something fails. */
export type RollbackMode = "off" | "notify" | "rollback";

/**
 * The option by which people choose between text and data.
 *
 * @returns `--format`, `pretty` by default.
 */
export function dataFormatOption(): Option<
  "--format <name>",
  undefined,
  "pretty",
  undefined,
  false,
  DataFormat
> {
  return new Option("--format <name>", "how it is written")
    .choices(["pretty", "json"] as const)
    .default("pretty" as const);
}

/**
 * The option by which people choose resources.
 *
 * @returns `--target`, which takes several names.
 */
export function targetOption(): Option<"--target <names...>"> {
  return new Option("--target <names...>", "only these resources, and what they need");
}

/**
 * The option by which people choose what happens when something fails.
 *
 * @returns `--rollback`.
 */
export function rollbackOption(): Option<
  "--rollback <mode>",
  undefined,
  "rollback",
  undefined,
  false,
  RollbackMode
> {
  return new Option(
    "--rollback <mode>",
    "when something fails: bring back what was before (rollback), go on with what does not need it (notify), or stop (off)",
  )
    .choices(["off", "notify", "rollback"] as const)
    .default("rollback" as const);
}

/**
 * The option by which people wait for others who work on the project.
 *
 * @returns `--lock-timeout`, in milliseconds, 0 by default.
 */
export function lockTimeoutOption(): Option<
  "--lock-timeout <duration>",
  undefined,
  0,
  undefined,
  false,
  number
> {
  return new Option(
    "--lock-timeout <duration>",
    "how long to wait for somebody else who works on the project",
  )
    .argParser(delayOption)
    .default(0 as const, "0s");
}

/** Counted from 1, and never so many. */
const MOST_VERSION = 999_999_999;

/**
 * The argument by which people name a version.
 *
 * @param name - How it is called in the usage, such as `<version>`.
 * @returns A number from 1 on.
 */
export function versionArgument<const Name extends `<${string}>`>(
  name: Name,
): Argument<Name, undefined, number> {
  return new Argument(name, "the number of a version").argParser(integerOption(1, MOST_VERSION));
}
