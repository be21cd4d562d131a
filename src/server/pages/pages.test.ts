import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openApiDocument } from "../../api/openapi.ts";
import { ROUTES } from "../../api/routes.ts";
import type { ServedCounts } from "../../ports/served.ts";
import { aboutPage, type About } from "./about.ts";
import { docsPage } from "./docs.ts";
import { markup } from "./html.ts";

const URL_OF_SERVER = "https://status.example.org/wm";

const COUNTS: ServedCounts = {
  resources: 2,
  health: { healthy: 1, degraded: 0, unhealthy: 1, unknown: 0 },
  sync: { in_sync: 1, drifted: 1, missing: 0, unknown: 0 },
  openIncidents: 1,
};

const ABOUT: About = {
  version: "1.2.3",
  baseUrl: URL_OF_SERVER,
  uptimeMs: 3_600_000,
  overview: {
    status: "unhealthy",
    projects: 1,
    isWatching: true,
    counts: COUNTS,
    latenessMs: 0,
    cycle: null,
  },
  projects: [{ name: "shop", status: "unhealthy", counts: COUNTS }],
};

const about = aboutPage(ABOUT);
const docs = docsPage(openApiDocument({ version: "1.2.3", url: URL_OF_SERVER }));

describe.each([
  ["the page that everybody comes to first", about],
  ["the documentation", docs],
])("%s", (_, { text, headers }) => {
  it("has a style that a browser is told to take, and nothing else", () => {
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/u.exec(text) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain(`style-src 'sha256-${hash}'`);
    expect(policy).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|\son\w+=|\sstyle=|@import|javascript:/iu);
    expect([...text.matchAll(/\ssrc=/gu)]).toEqual([]);
  });

  it("leads nowhere but to this server, and to places that are there", () => {
    const targets = [...text.matchAll(/href="([^"]*)"/gu)].map(([, to = ""]) => to);
    const all = [...text.matchAll(/\sid="([^"]*)"/gu)].map(([, id]) => id);
    const ids = new Set(all);
    expect(all).toHaveLength(ids.size);
    expect(targets.length).toBeGreaterThan(5);
    for (const target of targets) {
      if (target.startsWith("#")) expect(ids).toContain(target.slice(1));
      else expect(target).toMatch(/^(?:data:,|https:\/\/status\.example\.org\/wm\/)/u);
    }
  });
});

it("tells how everything is, and how each project is", () => {
  expect(about.text).toContain('<span class="state unhealthy">unhealthy</span>');
  expect(about.text).toContain("2 resources in 1 project");
  expect(about.text).toContain("1 open incident");
  expect(about.text).toContain(`href="${URL_OF_SERVER}/api/projects/shop"`);
});

it("tells of many projects without showing all", () => {
  const projects = Array.from({ length: 203 }, (_, index) => ({
    name: `p${String(index)}`,
    status: "healthy" as const,
    counts: COUNTS,
  }));
  const { text } = aboutPage({ ...ABOUT, projects });
  expect(text).toContain("and 3 more");
  expect(text).not.toContain("p202");
});

it("documents every endpoint, with its role and how to ask it", () => {
  for (const [name, { method, path, access }] of Object.entries(ROUTES)) {
    const start = docs.text.indexOf(`id="${name}"`);
    const card = docs.text.slice(start, docs.text.indexOf("</section>", start));
    expect(card).toContain(`>${method}</span>`);
    expect(card).toContain(`<code>${path}</code>`);
    expect(card).toContain(access === "open" ? "open to all" : `role ${access}`);
    expect(card).toMatch(/<pre><code>curl [^<]*https:\/\/status\.example\.org\/wm/u);
  }
});

it("shows what an endpoint is asked with on a command line", () => {
  const start = docs.text.indexOf('id="holdResource"');
  expect(docs.text.slice(start)).toContain(
    "<pre><code>curl --cert me.crt --key me.key --json &#39;{&quot;forSeconds&quot;:3600,&quot;comment&quot;:&quot;moving to the new host&quot;}&#39; &#39;https://status.example.org/wm/api/projects/web/resources/web/holds/pause&#39;</code></pre>",
  );
});

it("markup takes whatever is put in for text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const written = markup`<p title="${text}">${text}</p>`.text;
      expect(written.match(/[<>]/gu)).toHaveLength(4);
      expect(written.match(/"/gu)).toHaveLength(2);
    }),
  );
});
