import { painter, type Color, type Paint } from "../../model/color.ts";
import type { Change, ChangedField } from "../../model/deployment.ts";
import { displayWidth, singleLine, truncate, wrap } from "../../model/text.ts";
import { ACTIONS } from "./actions.ts";
import { shownValue, type ShownOptions } from "./shown.ts";

/** What of a change is shown. */
export type ShownChange = Pick<Change, "resource" | "kind" | "action" | "reason" | "fields"> &
  Partial<Pick<Change, "renamedFrom" | "isLookedAt">>;

/** A value before or after. */
interface Value {
  readonly sign: "-" | "+";
  readonly color: Color;
  readonly text: string | null;
}

const SIGN_COLUMNS = 3;
const FIELD_INDENT = "      ";
/** What stands before a value that has a line of its own, from the name of its field on. */
const VALUE_COLUMNS = 4;
/** Names stand in a few words, and a value gets at least so much. */
const LEAST_COLUMNS = 8;
/** Whoever changes more has replaced it all: the first ones tell that. */
const MOST_FIELDS = 40;

/**
 * Shows one change: what is done with what and why, and below it field by field.
 *
 * @param change - The change.
 * @param options - Colour and width.
 * @returns Lines, without newlines.
 */
export function changeLines(change: ShownChange, options: ShownOptions): readonly string[] {
  const paint = painter(options.hasColor);
  const fields = change.fields.slice(0, MOST_FIELDS);
  const more = change.fields.length - fields.length;
  return [
    ...headLines(change, options, paint),
    ...fields.flatMap((field) => fieldLines(field, change, options)),
    ...(more > 0 ? [paint("dim", `${FIELD_INDENT}… and ${String(more)} more fields`)] : []),
  ];
}

function headLines(
  change: ShownChange,
  { columns }: ShownOptions,
  paint: Paint,
): readonly string[] {
  const { sign, color } = ACTIONS[change.action];
  const { renamedFrom = null, isLookedAt = false } = change;
  const name = singleLine(change.resource);
  const kind = singleLine(change.kind);
  const start = `${paint(color, sign.padStart(SIGN_COLUMNS))} `;
  const notes = [
    ...(renamedFrom === null ? [] : [`was ${singleLine(renamedFrom)}`]),
    ...(change.reason === "" ? [] : [singleLine(change.reason)]),
  ].join(", ");
  const about = ` (${kind})${isLookedAt ? " (watched only)" : ""}`;
  const room = columns === null ? Infinity : columns - SIGN_COLUMNS - 1;
  const colon = notes === "" ? "" : ": ";
  if (displayWidth(name + about + colon + notes) <= room) {
    return [`${start}${paint("bold", name)}${paint("dim", about)}${colon}${notes}`];
  }
  const rest = wrap(notes, Math.max(LEAST_COLUMNS, room - 2));
  return [
    start + paint("bold", truncate(name + about, Math.max(1, room))),
    ...(notes === "" ? [] : rest.map((line) => `${FIELD_INDENT}${line}`)),
  ];
}

// On one line where it fits, and otherwise a line for what it was and one for what it becomes.
function fieldLines(
  field: ChangedField,
  { action }: Pick<Change, "action">,
  { columns, hasColor }: ShownOptions,
): readonly string[] {
  const paint = painter(hasColor);
  const room = columns === null ? Infinity : Math.max(LEAST_COLUMNS, columns - FIELD_INDENT.length);
  const name = truncate(singleLine(field.field), room);
  const note = noteOf(field);
  // What is created has nothing to be compared with.
  const isNew = action === "create" && field.from === null;
  const values: readonly Value[] = [
    ...(isNew ? [] : [{ sign: "-", color: "red", text: field.from } as const]),
    { sign: "+", color: "green", text: field.to },
  ];
  const plain = values.map(({ text }) => shownValue(text, null)).join(" → ");
  if (displayWidth(`${name}: ${plain}${note}`) <= room) {
    const painted = values.map(({ color, text }) => paint(color, shownValue(text, null)));
    return [`${FIELD_INDENT}${name}: ${painted.join(" → ")}${paint("yellow", note)}`];
  }
  const most = Math.max(LEAST_COLUMNS, room - VALUE_COLUMNS);
  return [
    `${FIELD_INDENT}${truncate(`${name}${note}:`, room)}`,
    ...values.map(({ sign, color, text }) => {
      const shown = `${sign} ${shownValue(text, most)}`;
      return `${FIELD_INDENT}  ${paint(color, shown)}`;
    }),
  ];
}

function noteOf({ cause, isReplacing }: ChangedField): string {
  const notes = [
    ...(cause === "drift" ? ["drift"] : []),
    ...(isReplacing ? ["needs a new one"] : []),
  ];
  return notes.length === 0 ? "" : ` (${notes.join(", ")})`;
}
