import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROUTES } from "../../src/api/routes.ts";
import { Agent } from "node:https";
import { askWith, openAccessLab, type AccessLab } from "../support/access-lab.ts";
import { certificateAuthority, type CertificateAuthority } from "../support/certificates.ts";
import { hasPart } from "../support/parts.ts";

/** Who asks: nobody that is known, somebody without a role, and each role. */
const CALLERS = ["stranger", "nobody", "reader", "user", "admin"] as const;

/** What becomes of whoever asks, in the order of {@link CALLERS}. */
const OPEN = "in in in in in";
const READING = "401 403 in in in";
const USING = "401 403 403 in in";
const RULING = "401 403 403 403 in";

/** Written by hand, and not from what the routes say: whoever adds an endpoint says here who may ask. */
const TABLE: Readonly<Record<string, string>> = {
  "GET /": READING,
  "GET /api": READING,
  "GET /api/openapi.json": READING,
  "GET /api/docs": READING,
  "GET /api/status": READING,
  "GET /api/live": OPEN,
  "GET /api/ready": OPEN,
  "GET /api/metrics": READING,
  "GET /probe": READING,
  "GET /api/projects": READING,
  "POST /api/projects": RULING,
  "GET /api/projects/{project}": READING,
  "DELETE /api/projects/{project}": RULING,
  "GET /api/projects/{project}/checks": READING,
  "GET /api/projects/{project}/incidents": READING,
  "GET /api/projects/{project}/incidents/{id}": READING,
  "GET /api/projects/{project}/repairs": READING,
  "GET /api/projects/{project}/versions": READING,
  "GET /api/projects/{project}/versions/{number}": READING,
  "GET /api/projects/{project}/plan": READING,
  "POST /api/projects/{project}/apply": RULING,
  "POST /api/projects/{project}/rollback": RULING,
  "GET /api/projects/{project}/events": READING,
  "GET /api/projects/{project}/audit": RULING,
  "POST /api/projects/{project}/holds/{kind}": USING,
  "DELETE /api/projects/{project}/holds/{kind}": USING,
  "GET /api/projects/{project}/badges/health.svg": READING,
  "GET /api/projects/{project}/resources/{resource}": READING,
  "GET /api/projects/{project}/resources/{resource}/results": READING,
  "GET /api/projects/{project}/resources/{resource}/history": READING,
  "POST /api/projects/{project}/resources/{resource}/check": USING,
  "POST /api/projects/{project}/resources/{resource}/repair": USING,
  "POST /api/projects/{project}/resources/{resource}/acknowledge": USING,
  "POST /api/projects/{project}/resources/{resource}/heartbeat": USING,
  "POST /api/projects/{project}/resources/{resource}/holds/{kind}": USING,
  "DELETE /api/projects/{project}/resources/{resource}/holds/{kind}": USING,
  "GET /api/projects/{project}/resources/{resource}/badges/health.svg": READING,
  "GET /api/projects/{project}/resources/{resource}/badges/uptime.svg": READING,
  "GET /api/resources": READING,
  "GET /api/incidents": READING,
  "GET /api/events": READING,
};

const METHODS = ["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"];

const REFUSED = [401, 403, 404, 405];

/** What stands for parameters of paths. */
const VALUES: Readonly<Record<string, string>> = { kind: "pause", id: "1", number: "1" };

const ENDPOINTS = Object.values(ROUTES).map(({ method, path }) => `${method} ${path}`);
const PATHS = [...new Set(Object.values(ROUTES).map(({ path }) => path as string))];

describe.skipIf(!hasPart("openssl", ["version"]))("who may ask for what", () => {
  let authority: CertificateAuthority;
  let at: AccessLab;
  const agents = new Map<string, Agent>();

  beforeAll(async () => {
    authority = await certificateAuthority();
    const server = await authority.issue({ names: ["IP:127.0.0.1"] });
    at = await openAccessLab({ authority, server });
    for (const caller of CALLERS.slice(1)) {
      const subject = `/OU=${caller}s/CN=${caller}`;
      const pair = await authority.issue({ subject, names: [] });
      agents.set(caller, new Agent({ keepAlive: true, maxSockets: 1, ca: at.ca, ...pair }));
    }
  });

  afterAll(async () => {
    for (const agent of agents.values()) agent.destroy();
    await at[Symbol.asyncDispose]();
    authority[Symbol.dispose]();
  });

  /** Asks as everybody in turn, and tells who was refused how. */
  async function outcomes(method: string, path: string): Promise<string> {
    const filled = path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => VALUES[name] ?? "shop");
    const found: string[] = [];
    for (const caller of CALLERS) {
      const agent = agents.get(caller);
      const options = { method, ...(agent === undefined ? {} : { agent }) };
      const { status } = await askWith(null, at, filled, options);
      found.push(REFUSED.includes(status) ? String(status) : "in");
    }
    return found.join(" ");
  }

  it("says for every endpoint who may ask, and for no other", () => {
    expect(ENDPOINTS.toSorted()).toEqual(Object.keys(TABLE).toSorted());
  });

  it("says the same as the documentation of the endpoints", () => {
    const said = { open: OPEN, reader: READING, user: USING, admin: RULING };
    const documented = Object.values(ROUTES).map(({ method, path, access }) => [
      ...[`${method} ${path}`, said[access]],
    ]);
    expect(Object.fromEntries(documented)).toEqual(TABLE);
  });

  it.each(PATHS)("lets those in to %s who may, with every method", async (path) => {
    for (const method of METHODS) {
      const expected = TABLE[`${method === "HEAD" ? "GET" : method} ${path}`];
      // What is not found was looked for: whoever is told that was let in.
      const got = (await outcomes(method, path)).replaceAll("404", "in");
      expect([method, got]).toEqual([method, expected ?? "401 403 405 405 405"]);
    }
  });

  it.each([
    "/nothing",
    "/api/nothing",
    "/api/projects/shop/nothing",
    "/api/status/x",
    "/%zz",
    "//",
  ])("tells nobody about %s who is not known, or has no role", async (path) => {
    for (const method of METHODS) {
      const got = await outcomes(method, path);
      expect([method, got]).toEqual([method, expect.stringMatching(/^401 403(?: 404| in){3}$/u)]);
    }
  });
});
