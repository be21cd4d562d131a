import type { Diagnostic } from "../../model/diagnostic.ts";
import { closest } from "../../model/wording.ts";
import type { NamedSetting } from "./setting.ts";

/** Variables that are no settings: read elsewhere, or kept for what is to come. */
const OTHERS = ["CW_API_KEY", "CW_MODEL", "CW_BASE_URL", "CW_MARKS_DIR", "CW_SYSTEMD_DIR"];
const FOR_TESTS = "CW_TEST_";
const LIMIT_SHOWN = 20;

/**
 * Finds variables that look like ours and are not: perhaps a slip, perhaps somebody else's.
 *
 * @param env - The environment; no value of it is shown.
 * @param settings - The settings that there are.
 * @returns A warning for each.
 */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly NamedSetting[],
): readonly Diagnostic[] {
  const known = new Set(settings.flatMap(({ variable }) => variable ?? []).concat(OTHERS));
  return Object.keys(env)
    .filter((name) => name.startsWith("CW_") && !name.startsWith(FOR_TESTS) && !known.has(name))
    .sort()
    .slice(0, LIMIT_SHOWN)
    .map((name) => {
      const near = closest(name, known);
      return {
        code: "field-unknown",
        file: "",
        line: null,
        column: null,
        property: name.slice(0, LIMIT_CHARACTERS),
        message: "is not a variable that Clockwork knows, and sets nothing",
        hint: near === null ? null : `did you mean ${near}?`,
      };
    });
}

const LIMIT_CHARACTERS = 80;
