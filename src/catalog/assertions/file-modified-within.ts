import { assertion } from "../../model/assertion.ts";
import { duration } from "../../model/option-types.ts";
import { ownPath, PATH } from "../../model/path-option.ts";
import { shownDuration } from "../../model/shown-duration.ts";
import type { World } from "../../ports/world.ts";

const MS_PER_SECOND = 1_000;

/**
 * A file or directory was changed not long ago.
 *
 * @example
 * ```ts
 * new FileModifiedWithinAssert({ path: "/var/backups/db.dump", maxAge: "26h" });
 * ```
 */
export class FileModifiedWithinAssert extends assertion({
  kind: "file-modified-within",
  name: "FileModifiedWithinAssert",
  summary:
    "A file or directory was changed not long ago; a time that lies as far ahead fails as well.",
  uses: ["files"],
  fields: {
    path: PATH.optional("The file or directory; its resource's by default."),
    maxAge: duration().required("How long ago its content may have changed."),
  },
  bind: ({ path }, { target }) => ownPath(path, target),
  claim: ({ path, maxAge }) =>
    `${path ?? ""} was modified within ${shownDuration(maxAge * MS_PER_SECOND)}`,
  subject: ({ path }) => path ?? "",
  probe: async ({ path }, world: World, { signal }) => {
    const files = await world.files();
    const status = await files.status(path ?? "", signal);
    return status === null ? null : { ageMs: world.clock.now() - status.modifiedAt };
  },
  judge: (observation, { maxAge }) => {
    const expected = `modified within ${shownDuration(maxAge * MS_PER_SECOND)}`;
    if (observation === null) return { verdict: "fail", expected, actual: "nothing there" };
    const { ageMs } = observation;
    const isFresh = Math.abs(ageMs) <= maxAge * MS_PER_SECOND;
    return {
      verdict: isFresh ? "pass" : "fail",
      expected,
      actual: `modified ${shownAge(ageMs, isFresh)}`,
      metrics: { ageSeconds: ageMs / MS_PER_SECOND },
    };
  },
  samples: [
    {
      options: { path: "/var/backups/db.dump", maxAge: "26h" },
      observation: { ageMs: 7_200_000 },
      verdict: "pass",
    },
    {
      options: { path: "/var/backups/db.dump", maxAge: "26h" },
      observation: { ageMs: 97_200_000 },
      verdict: "fail",
    },
    { options: { path: "/var/backups/none", maxAge: 60 }, observation: null, verdict: "fail" },
  ],
}) {}

// What is too old must not be rounded to what would be young enough.
function shownAge(ageMs: number, isFresh: boolean): string {
  const seconds = Math.abs(ageMs) / MS_PER_SECOND;
  const wholeSeconds = isFresh ? Math.floor(seconds) : Math.ceil(seconds);
  const shown = shownDuration(wholeSeconds * MS_PER_SECOND);
  return ageMs < 0 && wholeSeconds > 0 ? `${shown} in the future` : `${shown} ago`;
}
