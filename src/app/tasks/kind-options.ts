import type { JsonObject } from "../../model/json.ts";
import { InvalidOption, type Fields, type OptionProblem } from "../../model/options.ts";
import { ConfigurationError } from "../../model/diagnostic.ts";
import type { TaskConfig } from "../../model/task.ts";

/** By what other names tasks call options of a kind: `supervisorProgramName` for `program`. */
export type Aliases = Readonly<Record<string, string>>;

/**
 * Gives options the names that tasks have for them.
 *
 * @param fields - The options of a kind.
 * @param aliases - Other names, each with the kind's own.
 * @returns The options by those names.
 */
export function aliased(fields: Fields, aliases: Aliases): Fields {
  const names = new Map(Object.entries(aliases).map(([alias, name]) => [name, alias]));
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [names.get(name) ?? name, field]),
  );
}

/**
 * Gives values the names of a kind's options again.
 *
 * @param values - By the names that tasks have for them.
 * @param aliases - Those, each with the kind's own.
 * @returns The values of the kind.
 */
export function unaliased(values: JsonObject, aliases: Aliases): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name,
      value,
    ]),
  );
}

/**
 * Finds what a task cannot give: a task stands by itself, and there is no other resource that it could name.
 *
 * @param fields - The options of a kind.
 * @param values - What was given.
 * @returns One problem for each.
 */
export function referenceProblems(fields: Fields, values: JsonObject): readonly OptionProblem[] {
  return Object.entries(fields)
    .filter(([name, field]) => field.isReference && (values[name] ?? null) !== null)
    .map(([property]) => ({
      code: "option-invalid",
      property,
      message: "names another resource, which a task cannot",
      hint: "leave it out, or declare resources in a main.ts",
    }));
}

/**
 * Does something with options that were read, and tells what turns out to be wrong with them.
 *
 * @param task - Gives the values.
 * @returns Them, or the one problem.
 * @throws Whatever else is thrown: a bug.
 */
export function guarded(task: () => JsonObject): TaskConfig {
  try {
    return { values: task(), problems: [] };
  } catch (error) {
    if (!(error instanceof InvalidOption)) throw error;
    const { code, property, message, hint } = error;
    return {
      values: null,
      problems: [{ code, property: property.replace(/^\./u, ""), message, hint }],
    };
  }
}

/**
 * Says what is wrong with the configuration of a function that was called directly.
 *
 * @param name - The name of the function.
 * @param problems - At least one.
 * @returns What to throw.
 */
export function configProblem(
  name: string,
  problems: readonly OptionProblem[],
): ConfigurationError {
  const nowhere = { file: "", line: null, column: null };
  return new ConfigurationError(
    problems.map(({ code, property, message, hint }) => ({
      ...nowhere,
      code,
      property: property === "" ? name : `${name}.${property}`,
      message,
      hint,
    })),
  );
}
