import { assertion } from "../../model/assertion.ts";
import { exactBytes, shownBytes } from "../../model/bytes.ts";
import { requireAny, requireOrder } from "../../model/option-rules.ts";
import { integer } from "../../model/option-types.ts";
import { ownPath, PATH } from "../../model/path-option.ts";
import type { World } from "../../ports/world.ts";

interface Bounds {
  readonly minBytes: number | null;
  readonly maxBytes: number | null;
}

/**
 * A file has a size within bounds.
 *
 * @example
 * ```ts
 * new FileSizeAssert({ path: "/var/backups/db.dump", minBytes: 1_000_000 });
 * ```
 */
export class FileSizeAssert extends assertion({
  kind: "file-size",
  name: "FileSizeAssert",
  summary: "A file has a size within bounds, at least one of which must be given.",
  uses: ["files"],
  fields: {
    path: PATH.optional("The file; its resource's by default."),
    minBytes: integer(0).optional("The least size, in bytes."),
    maxBytes: integer(0).optional("The greatest size, in bytes."),
  },
  bind: ({ path, minBytes, maxBytes }, { target }) => {
    requireAny({ minBytes, maxBytes });
    requireOrder(["minBytes", minBytes], ["maxBytes", maxBytes]);
    return ownPath(path, target);
  },
  claim: (parameters) => `${parameters.path ?? ""} has ${shownBounds(parameters)}`,
  subject: ({ path }) => path ?? "",
  probe: async ({ path }, world: World, { signal }) => {
    const files = await world.files();
    const status = await files.status(path ?? "", signal);
    return status === null ? null : { type: status.type, sizeBytes: status.sizeBytes };
  },
  judge: (observation, parameters) => {
    const expected = shownBounds(parameters);
    if (observation === null) return { verdict: "fail", expected, actual: "nothing there" };
    const { type, sizeBytes } = observation;
    if (type !== "file") return { verdict: "fail", expected, actual: `a ${type}` };
    const { minBytes, maxBytes } = parameters;
    const isWithin = sizeBytes >= (minBytes ?? 0) && sizeBytes <= (maxBytes ?? Infinity);
    return {
      verdict: isWithin ? "pass" : "fail",
      expected,
      actual: shownBytes(
        sizeBytes,
        [minBytes, maxBytes].filter((bound) => bound !== null),
      ),
      metrics: { sizeBytes },
    };
  },
  samples: [
    {
      options: { path: "/var/backups/db.dump", minBytes: 1_000_000 },
      observation: { type: "file", sizeBytes: 48_300_000 },
      verdict: "pass",
    },
    {
      options: { path: "/var/log/app.log", maxBytes: 10_000_000 },
      observation: { type: "file", sizeBytes: 10_000_001 },
      verdict: "fail",
    },
    { options: { path: "/var/log/none", minBytes: 1 }, observation: null, verdict: "fail" },
  ],
}) {}

function shownBounds({ minBytes, maxBytes }: Bounds): string {
  if (minBytes !== null && minBytes === maxBytes) return `exactly ${exactBytes(minBytes)}`;
  return [
    ...(minBytes === null ? [] : [`at least ${exactBytes(minBytes)}`]),
    ...(maxBytes === null ? [] : [`at most ${exactBytes(maxBytes)}`]),
  ].join(" and ");
}
