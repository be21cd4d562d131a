import { spanText } from "../../model/moments.ts";
import type { Health } from "../../model/verdict.ts";
import type { ServedCounts } from "../../ports/served.ts";
import type { Overview } from "../views/overview.ts";
import { markup, when, type Html } from "./html.ts";
import { pageFrom, type PageAnswer } from "./layout.ts";
import { ABOUT_STYLE, STYLE } from "./style.ts";

/** How one project is, at a glance. */
export interface Glance {
  readonly name: string;
  readonly status: Health;
  readonly counts: ServedCounts;
}

/** What the page tells. */
export interface About {
  readonly version: string;
  /** Where this is, without a slash at its end. */
  readonly baseUrl: string;
  readonly uptimeMs: number;
  readonly overview: Overview;
  readonly projects: readonly Glance[];
}

/** So many projects are shown; the API lists all. */
const LIMIT_PROJECTS = 200;

/**
 * Writes the page that everybody comes to first.
 *
 * @param about - What it tells.
 * @returns The page.
 */
export function aboutPage({ version, baseUrl, uptimeMs, overview, projects }: About): PageAnswer {
  const { status, counts, isWatching } = overview;
  const watched = isWatching ? "watched" : "known";
  const body = markup`<main>
    <header>
      <h1>Clockwork</h1>
      <p class="soft">Health as code: what should exist, what must be true of it, and how it is.</p>
    </header>
    <section class="card now">
      <span class="state ${status}">${status}</span>
      <span>${many(counts.resources, "resource")} in ${many(projects.length, "project")} ${watched}</span>
      <span>${many(counts.openIncidents, "open incident")}</span>
      <span class="soft">up for ${spanText(uptimeMs)}</span>
    </section>
    ${when(projects.length > 0, () => projectsTable(projects, baseUrl))}
    <section class="card">
      <h2>Where to go next</h2>
      <ul class="links">
        ${LINKS.map(([path, name, text]) => markup`<li><a href="${baseUrl}${path}">${name}</a><small>${text}</small></li> `)}
      </ul>
    </section>
    <footer>Clockwork ${version}. Programs that ask for JSON get it here.</footer>
  </main>`;
  return pageFrom({
    title: `Clockwork: ${status}`,
    style: `${STYLE}${ABOUT_STYLE}`,
    body,
    againSeconds: 30,
  });
}

function projectsTable(projects: readonly Glance[], baseUrl: string): Html {
  const shown = projects.slice(0, LIMIT_PROJECTS);
  return markup`<section class="card">
    <h2>Projects</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>project</th>
            <th>health</th>
            <th class="number">healthy</th>
            <th class="number">degraded</th>
            <th class="number">unhealthy</th>
            <th class="number">unknown</th>
            <th class="number">drifted</th>
            <th class="number">incidents</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((project) => projectRow(project, baseUrl))}
        </tbody>
      </table>
    </div>
    ${when(shown.length < projects.length, () => markup`<p class="soft">and ${projects.length - shown.length} more</p>`)}
  </section>`;
}

function projectRow({ name, status, counts }: Glance, baseUrl: string): Html {
  const { health, sync, openIncidents } = counts;
  const url = `${baseUrl}/api/projects/${encodeURIComponent(name)}`;
  const numbers = [
    health.healthy,
    health.degraded,
    health.unhealthy,
    health.unknown,
    sync.drifted + sync.missing,
    openIncidents,
  ];
  const cells = numbers.map((number) => markup`<td class="number">${number}</td>`);
  return markup`<tr>
    <td><a href="${url}">${name}</a></td>
    <td><span class="state ${status}">${status}</span></td>
    ${cells}
  </tr> `;
}

const LINKS = [
  ["/api/docs", "Documentation", "every endpoint, with examples"],
  ["/api/openapi.json", "OpenAPI", "the same, for programs"],
  ["/api/status", "Status", "one answer for everything"],
  ["/api/resources", "Resources", "how each of them is"],
  ["/api/incidents", "Open incidents", "of all projects"],
  ["/api/events", "Events", "what happened lately, or live"],
  ["/api/metrics", "Metrics", "for Prometheus"],
  ["/api/projects", "Projects", "and what waits for an apply"],
] as const;

function many(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
