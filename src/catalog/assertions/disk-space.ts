import { assertion } from "../../model/assertion.ts";
import { BYTES_PER_GB, exactBytes, shownBytes } from "../../model/bytes.ts";
import { number } from "../../model/option-types.ts";
import { PATH } from "../../model/path-option.ts";
import type { World } from "../../ports/world.ts";

/**
 * There is room on a file system. A GB is 1,000,000,000 bytes, as disks are sold.
 *
 * @example
 * ```ts
 * new DiskSpaceAssert({ path: "/", minGbFree: 5 });
 * ```
 */
export class DiskSpaceAssert extends assertion({
  kind: "disk-space",
  name: "DiskSpaceAssert",
  summary: "There is room on a file system; a GB is 1,000,000,000 bytes.",
  uses: ["files"],
  fields: {
    path: PATH.optional("Any path on the file system; its resource's by default, otherwise /."),
    minGbFree: number().required(
      "How much must be free for everybody, without what is reserved for root, in GB.",
    ),
  },
  bind: ({ path }, { target }) => (path === null ? { path: target.path ?? "/" } : {}),
  claim: ({ path, minGbFree }) => `${path ?? "/"} has ${shownLeast(minGbFree)} free`,
  subject: ({ path }) => path ?? "/",
  probe: async ({ path }, world: World, { signal }) => {
    const files = await world.files();
    return await files.diskSpace(path ?? "/", signal);
  },
  judge: (observation, { minGbFree }) => {
    const expected = `${shownLeast(minGbFree)} free`;
    if (observation === null) return { verdict: "fail", expected, actual: "nothing there" };
    const { availableBytes, totalBytes } = observation;
    const leastBytes = minGbFree * BYTES_PER_GB;
    return {
      verdict: availableBytes >= leastBytes ? "pass" : "fail",
      expected,
      actual: `${shownBytes(availableBytes, [leastBytes])} free of ${shownBytes(totalBytes)}`,
      metrics: { availableBytes, totalBytes },
    };
  },
  samples: [
    {
      options: { minGbFree: 5 },
      observation: { totalBytes: 50e9, availableBytes: 12.3e9, usedBytes: 35e9 },
      verdict: "pass",
    },
    {
      options: { path: "/var", minGbFree: 5 },
      observation: { totalBytes: 50e9, availableBytes: 1.2e9, usedBytes: 46e9 },
      verdict: "fail",
    },
    { options: { path: "/none", minGbFree: 5 }, observation: null, verdict: "fail" },
  ],
}) {}

function shownLeast(minGbFree: number): string {
  return `at least ${exactBytes(minGbFree * BYTES_PER_GB)}`;
}
