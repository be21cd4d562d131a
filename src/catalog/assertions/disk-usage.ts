import { assertion } from "../../model/assertion.ts";
import { BYTES_PER_MB, exactBytes, shownBytes } from "../../model/bytes.ts";
import { shownNumber } from "../../model/figures.ts";
import { requireAny } from "../../model/option-rules.ts";
import { number } from "../../model/option-types.ts";
import { ownPath, PATH } from "../../model/path-option.ts";
import type { DiskSpace, Files } from "../../ports/files.ts";
import type { World } from "../../ports/world.ts";

/** A directory of many files takes a while to add up. */
const TIMEOUT_SECONDS = 30;

interface Limits {
  readonly maxPercent: number | null;
  readonly maxMb: number | null;
}

/** What was measured; null what nobody asked for. */
interface Observation {
  readonly usedPercent: number | null;
  readonly usageBytes: number | null;
}

/** One figure beside its limit. */
interface Compared {
  readonly isWithin: boolean;
  readonly shown: string;
  readonly metric: readonly [name: string, value: number];
}

/**
 * A file system is not too full, or a file or directory does not take too much. A MB is 1,000,000 bytes.
 *
 * @example
 * ```ts
 * new DiskUsageAssert({ path: "/var/log", maxMb: 500 });
 * ```
 */
export class DiskUsageAssert extends assertion({
  kind: "disk-usage",
  name: "DiskUsageAssert",
  summary:
    "A file system is not too full, or a path does not take too much of it; a MB is 1,000,000 bytes.",
  uses: ["files"],
  fields: {
    path: PATH.optional(
      "The file or directory; its resource's by default, otherwise / where only maxPercent is given.",
    ),
    maxPercent: number({ most: 100 }).optional(
      "How full its file system may be, in percent of what everybody can use, as df shows it.",
    ),
    maxMb: number().optional("How much it may take on the disk with all that is in it, in MB."),
  },
  timeoutSeconds: TIMEOUT_SECONDS,
  blameForTimeout: "ourselves",
  bind: ({ path, maxPercent, maxMb }, { target }) => {
    requireAny({ maxPercent, maxMb });
    const isWholeSystem = path === null && target.path === null && maxMb === null;
    return isWholeSystem ? { path: "/" } : ownPath(path, target);
  },
  claim: ({ path, ...limits }) => shownClaim(path ?? "/", limits),
  subject: ({ path }) => path ?? "/",
  probe: async ({ path, maxPercent, maxMb }, world: World, { signal }) =>
    await measure(await world.files(), { path: path ?? "/", maxPercent, maxMb, signal }),
  judge: (observation, { maxPercent, maxMb }) => {
    const expected = shownLimits({ maxPercent, maxMb });
    if (observation === null) return { verdict: "fail", expected, actual: "nothing there" };
    const seen = compared(observation, { maxPercent, maxMb });
    return {
      verdict: seen.every(({ isWithin }) => isWithin) ? "pass" : "fail",
      expected,
      actual: seen.map(({ shown }) => shown).join(", "),
      metrics: Object.fromEntries(seen.map(({ metric }) => metric)),
    };
  },
  samples: [
    {
      options: { maxPercent: 90 },
      observation: { usedPercent: 64.2, usageBytes: null },
      verdict: "pass",
    },
    {
      options: { path: "/var/log", maxMb: 500 },
      observation: { usedPercent: null, usageBytes: 812_300_000 },
      verdict: "fail",
    },
    { options: { path: "/none", maxMb: 500 }, observation: null, verdict: "fail" },
  ],
}) {}

async function measure(
  files: Files,
  what: Limits & { readonly path: string; readonly signal: AbortSignal },
): Promise<Observation | null> {
  const { path, maxPercent, maxMb, signal } = what;
  const space = maxPercent === null ? undefined : await files.diskSpace(path, signal);
  const usageBytes = maxMb === null ? undefined : await files.diskUsageBytes(path, signal);
  if (space === null || usageBytes === null) return null;
  return {
    usedPercent: space === undefined ? null : percentOf(space),
    usageBytes: usageBytes ?? null,
  };
}

function compared(
  { usedPercent, usageBytes }: Observation,
  { maxPercent, maxMb }: Limits,
): readonly Compared[] {
  const seen: Compared[] = [];
  if (maxPercent !== null && usedPercent !== null) {
    seen.push({
      isWithin: usedPercent <= maxPercent,
      shown: `${shownNumber(usedPercent, [maxPercent])} % used`,
      metric: ["usedPercent", usedPercent],
    });
  }
  if (maxMb !== null && usageBytes !== null) {
    const mostBytes = maxMb * BYTES_PER_MB;
    seen.push({
      isWithin: usageBytes <= mostBytes,
      shown: shownBytes(usageBytes, [mostBytes]),
      metric: ["usageBytes", usageBytes],
    });
  }
  return seen;
}

// What is reserved for root is neither used nor free for others: df leaves it out too.
function percentOf({ usedBytes, availableBytes }: DiskSpace): number {
  const usableBytes = usedBytes + availableBytes;
  return usableBytes === 0 ? 0 : (usedBytes / usableBytes) * 100;
}

function shownClaim(path: string, { maxPercent, maxMb }: Limits): string {
  return [
    ...(maxPercent === null
      ? []
      : [`the file system of ${path} is at most ${String(maxPercent)} % full`]),
    ...(maxMb === null ? [] : [`${path} takes at most ${exactBytes(maxMb * BYTES_PER_MB)}`]),
  ].join(", and ");
}

function shownLimits({ maxPercent, maxMb }: Limits): string {
  return [
    ...(maxPercent === null ? [] : [`at most ${String(maxPercent)} % used`]),
    ...(maxMb === null ? [] : [`at most ${exactBytes(maxMb * BYTES_PER_MB)}`]),
  ].join(", ");
}
