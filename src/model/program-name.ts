import { mustBe, OptionType } from "./option-type.ts";
import { text } from "./option-types.ts";

/** Which programs of supervisord are meant. */
export interface ProgramSelection {
  readonly group: string;
  /** Null for every program of the group. */
  readonly program: string | null;
}

const LIMIT_CHARACTERS = 255;

const NAME = text({ most: LIMIT_CHARACTERS });
const LABEL = "name of a program: name, group:name, or group:* for all of a group";

/** The name of a program under supervisord, or of all those of a group, as an option. */
export const PROGRAM_NAME = new OptionType<string, string>(LABEL, (value) => {
  const name = NAME.read(value);
  if (selectionOf(name) === null) throw mustBe(LABEL, value);
  return name;
});

/**
 * Reads the name of a program as supervisord's own tools do.
 *
 * @param name - `web`, which is in a group of its own, `workers:mailer`, or `workers:*`.
 * @returns Which programs it names; null when it can be no name.
 * @see supervisor, `split_namespec` of its options.
 */
export function selectionOf(name: string): ProgramSelection | null {
  const colon = name.indexOf(":");
  const group = colon === -1 ? name : name.slice(0, colon);
  const program = colon === -1 ? name : name.slice(colon + 1);
  if (group === "" || /[\s\p{Cc}[\]]/u.test(name) || name.length > LIMIT_CHARACTERS) return null;
  return { group, program: program === "" || program === "*" ? null : program };
}

/**
 * Tells whether a program is one of those that are meant.
 *
 * @param name - As supervisord's list has it: `group:name`, or just the name when the group has the same.
 * @param selection - Which are meant.
 * @returns True when it is.
 */
export function isSelected(name: string, { group, program }: ProgramSelection): boolean {
  const found = selectionOf(name);
  return found?.group === group && (program === null || found.program === program);
}

/**
 * Writes which programs are meant.
 *
 * @param selection - Which.
 * @returns Such as `web`, `workers:mailer`, `workers:*`.
 */
export function shownSelection({ group, program }: ProgramSelection): string {
  return program === group ? group : `${group}:${program ?? "*"}`;
}
