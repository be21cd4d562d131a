import { createHash } from "node:crypto";
import type { badgeRoutes } from "../../api/routes/badges.ts";
import { badgeSvg, type Badge } from "../badges/badge-svg.ts";
import { healthBadgeOf, uptimeBadgeOf } from "../badges/badge-words.ts";
import { Special, type Handlers, type Requested } from "../handler.ts";
import { projectNamed, refuseUnknown } from "../known.ts";
import { surveyOf } from "../surveys.ts";
import { uptimeOf } from "../views/history.ts";
import { countsOf, summaryOf } from "../views/overview.ts";

const DAY_MS = 86_400_000;
const NOT_MODIFIED = 304;

/** Answers the routes of `api/routes/badges.ts`. */
export const badgeHandlers: Handlers<keyof typeof badgeRoutes> = {
  projectHealthBadge: async ({ params }, requested, handling) => {
    const project = projectNamed(params.project, handling);
    const counts =
      project.watching?.counts() ?? countsOf((await surveyOf(project, handling)).resources);
    return pictureOf(healthBadgeOf(project.name, summaryOf(counts)), requested);
  },
  healthBadge: async ({ params }, requested, handling) => {
    const project = projectNamed(params.project, handling);
    await refuseUnknown(params.resource, project, handling);
    const { byName } = await surveyOf(project, handling);
    const health = byName.get(params.resource)?.state.health ?? "unknown";
    return pictureOf(healthBadgeOf(params.resource, health), requested);
  },
  uptimeBadge: async ({ params: { project: name, resource }, query }, requested, handling) => {
    const project = projectNamed(name, handling);
    const now = handling.clock.now();
    // Days are of UTC: so many whole ones, and today as far as it has come.
    const from = Math.floor(now / DAY_MS - query.days) * DAY_MS;
    const span = { resource, resolution: "day", from, to: now + 1 } as const;
    const rollUps = await project.store.rollUps(span);
    if (rollUps.length === 0) await refuseUnknown(resource, project, handling);
    return pictureOf(uptimeBadgeOf(resource, query.days, uptimeOf(rollUps)), requested);
  },
};

// Whoever keeps a badge asks each time whether it still holds: a stale one is worse than none.
function pictureOf(badge: Badge, { headers }: Requested): Special<string> {
  const svg = badgeSvg(badge);
  const etag = `W/"${createHash("sha256").update(svg).digest("base64url").slice(0, 22)}"`;
  const common = { "cache-control": "no-cache, max-age=0", etag };
  if (isKnown(headers["if-none-match"], etag)) {
    return new Special("", { status: NOT_MODIFIED, headers: common });
  }
  return new Special(svg, { headers: common });
}

function isKnown(header: string | undefined, etag: string): boolean {
  return header?.split(",").some((each) => ["*", etag].includes(each.trim())) ?? false;
}
