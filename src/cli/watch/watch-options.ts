import { Argument, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { usageError } from "../deploy/problems.ts";
import { durationOption } from "../options.ts";

/** Longer text is no comment. */
const LIMIT_CHARACTERS = 1_000;

/**
 * The argument by which people name a resource.
 *
 * @returns `<resource>`.
 */
export function resourceArgument(): Argument<"<resource>"> {
  return new Argument("<resource>", "the name of a resource");
}

/**
 * The argument by which people name a resource, unless they mean all.
 *
 * @returns `[resource]`.
 */
export function optionalResource(): Argument<"[resource]"> {
  return new Argument("[resource]", "the name of a resource");
}

/**
 * The option by which people mean all resources.
 *
 * @returns `--all`.
 */
export function allOption(): Option<"--all"> {
  return new Option("--all", "the whole project");
}

/**
 * The option by which people say why.
 *
 * @returns `--comment`.
 */
export function commentOption(): Option<
  "--comment <text>",
  undefined,
  undefined,
  undefined,
  false,
  string
> {
  return new Option("--comment <text>", "why, for others").argParser((text) => {
    if (text.length <= LIMIT_CHARACTERS) return text;
    throw new InvalidArgumentError(`It takes at most ${String(LIMIT_CHARACTERS)} characters.`);
  });
}

/**
 * The option by which people say for how long.
 *
 * @returns `--for`.
 */
export function forOption(): Option<
  "--for <duration>",
  undefined,
  undefined,
  undefined,
  false,
  number
> {
  return new Option("--for <duration>", "for how long, such as 30m or 2h").argParser(
    durationOption,
  );
}

/**
 * Reads what a command is about.
 *
 * @param resource - The resource that was named, if one was.
 * @param isAll - Whether all were meant.
 * @returns The name of the resource; null for the whole project.
 * @throws {@link ConfigurationError} When it is neither, or both.
 */
export function scopeOf(resource: string | undefined, isAll: boolean): string | null {
  if (resource !== undefined && isAll) {
    throw usageError("a resource and --all mean two things", "leave one of them out");
  }
  if (resource === undefined && !isAll) {
    throw usageError("it must be said what is meant", "name a resource, or say --all");
  }
  return resource ?? null;
}
