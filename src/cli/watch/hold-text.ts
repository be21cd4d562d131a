import type { Hold } from "../../model/incident.ts";
import { momentText } from "../../model/moments.ts";
import { singleLine } from "../../model/text.ts";

/** What each hold does, in a word. */
const HOLD_WORDS: Readonly<Record<Hold["kind"], string>> = {
  pause: "paused",
  maintenance: "in maintenance",
  silence: "silenced",
  clock: "kept past its deadline: the clock jumped",
};

/**
 * Says what is held, for how long, by whom and why.
 *
 * @param hold - The hold.
 * @param now - The wall clock, in milliseconds since 1970-01-01 UTC.
 * @returns Such as `paused until 12:03:10Z by alice@desk: moving the disk`.
 */
export function holdText({ kind, until, by, comment }: Hold, now: number): string {
  const till = until === null ? "" : ` until ${momentText(until, now)}`;
  const said = comment === "" ? "" : `: ${comment}`;
  return singleLine(`${HOLD_WORDS[kind]}${till} by ${by}${said}`);
}

/**
 * Names what a hold is on.
 *
 * @param hold - The hold.
 * @returns The name of its resource, or `the whole project`.
 */
export function holdScope({ resource }: Pick<Hold, "resource">): string {
  return resource === null ? "the whole project" : singleLine(resource);
}

/**
 * Says what was ended, and what holds a resource still.
 *
 * @param resumed - What was meant, null for the whole project; what was ended, and what is left; the wall clock in milliseconds
 *   since 1970-01-01 UTC.
 * @returns Text with a trailing newline.
 */
export function resumedText({
  scope,
  ended,
  left,
  now,
}: {
  readonly scope: string | null;
  readonly ended: readonly Hold[];
  readonly left: readonly Hold[];
  readonly now: number;
}): string {
  const name = holdScope({ resource: scope });
  const lines = ended.map((hold) => `${name} was ${holdText(hold, now)}; that is over.`);
  const rest = left
    .filter(({ resource }) => resource === null)
    .map(
      (hold) => `The whole project is ${holdText(hold, now)}; clockwork resume --all ends that.`,
    );
  const none = ended.length === 0 ? [`Nothing holds ${name}.`] : [];
  return `${[...(rest.length > 0 && ended.length === 0 ? [] : none), ...lines, ...rest].join("\n")}\n`;
}
