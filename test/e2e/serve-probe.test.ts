import { expect, it } from "vitest";
import { rawServer } from "../support/raw-server.ts";
import { apiOf } from "../support/serve-lab.ts";
import { WATCHING_MS, upProject } from "../support/up-lab.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

function declared(url: string): string {
  return `import { ServiceResource } from "clockwork/resources";
new ServiceResource({ name: "shop", url: ${JSON.stringify(url)} });
`;
}

it(
  "clockwork up probes over HTTP what it watches and what its settings name, and nothing else",
  async () => {
    await using watched = await rawServer({ onRequest: (socket) => socket.end(OK) });
    await using named = await rawServer({ onRequest: (socket) => socket.end(OK) });
    await using other = await rawServer({ onRequest: (socket) => socket.end(OK) });
    await using project = upProject(declared(`${watched.origin}/health`));
    const settings = {
      name: "shop",
      server: {
        probe: {
          targets: [`127.0.0.1:${String(named.port)}`],
          modules: { picky: { prober: "http", http: { fail_if_body_matches_regexp: ["ok"] } } },
        },
      },
    };
    project.write("clockwork.yaml", JSON.stringify(settings));
    const up = project.up("--listen", "127.0.0.1:0");
    const api = await apiOf(up);
    await up.until(/\/shop unknown -> healthy/u);
    const probe = async (target: string, module = "http_2xx") =>
      await api.get(`/probe?${new URLSearchParams({ target, module }).toString()}`);

    const well = await probe(`${watched.origin}/health`);
    expect([well.status, well.text]).toEqual([200, expect.stringContaining("\nprobe_success 1\n")]);
    const picky = await probe(`${watched.origin}/health`, "picky");
    expect(picky.text).toContain("\nprobe_failed_due_to_regex 1\n");
    const open = await probe(`127.0.0.1:${String(named.port)}`, "tcp_connect");
    expect(open.text).toContain("\nprobe_success 1\n");
    for (const target of [other.origin, watched.origin, `127.0.0.1:${String(other.port)}`]) {
      expect(await probe(target)).toMatchObject({
        status: 403,
        body: { code: "target-forbidden" },
      });
    }
    expect(other.connections()).toBe(0);
    expect(await probe(watched.origin, "nope")).toMatchObject({ status: 400 });

    const badge = await api.get("/api/projects/shop/resources/shop/badges/health.svg");
    expect(badge.text).toContain("<title>shop: healthy</title>");
    expect(await up.stop()).toBe(0);
  },
  WATCHING_MS,
);
