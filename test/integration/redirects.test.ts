import { describe, expect, it } from "vitest";
import { checkService } from "../../src/app/check-services.ts";
import { ServiceUnreachableError } from "../../src/model/errors.ts";
import type { HealthResult, ServiceConfig } from "../../src/model/service.ts";
import { certificateAuthority } from "../support/certificates.ts";
import { hasPart } from "../support/parts.ts";
import { loopbackTransport, rawServer, response, type RawServer } from "../support/raw-server.ts";

/** Where each path leads, `ORIGIN` and `PORT` being the server's own; any other path answers 200. */
type Routes = Record<string, string>;

function redirect(location: string, status = 302): string {
  return response(status, { Location: location }, "moved");
}

/** A server whose paths lead elsewhere. */
async function redirecting(routes: Routes): Promise<RawServer> {
  const server = await rawServer({
    onRequest: (socket, head) => {
      const location = routes[pathOf(head)]
        ?.replace("ORIGIN", server.origin)
        .replace("PORT", String(server.port));
      socket.end(location === undefined ? response(200) : redirect(location));
    },
  });
  return server;
}

function pathOf(head: string): string {
  return head.split(" ", 2)[1] ?? "";
}

function service(url: string, more: Partial<ServiceConfig> = {}): ServiceConfig {
  return { name: "shop", url, ...more };
}

/** `/0` leads to `/1`, and so on, up to the last one. */
function chain(count: number): Routes {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`/${String(index)}`, `/${String(index + 1)}`]),
  );
}

async function reasonOf(config: ServiceConfig): Promise<string> {
  const error: unknown = await checkService(config).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(ServiceUnreachableError);
  return (error as ServiceUnreachableError).reason;
}

const HEALTHY: Partial<HealthResult> = { isHealthy: true, statusCode: 200, error: null };

describe("checkService() and redirects", () => {
  it.each<[string, Routes, readonly string[]]>([
    ["a path", { "/a/b": "/c?d=e" }, ["/a/b", "/c?d=e"]],
    ["a relative path", { "/a/b": "c" }, ["/a/b", "/a/c"]],
    ["a query", { "/a/b": "?c" }, ["/a/b", "/a/b?c"]],
    ["an absolute URL", { "/a/b": "ORIGIN/c" }, ["/a/b", "/c"]],
    ["a host", { "/a/b": "//localhost:PORT/c" }, ["/a/b", "/c"]],
    ["a path with spaces around it", { "/a/b": " \t/c \t" }, ["/a/b", "/c"]],
    ["a path in UTF-8", { "/a/b": "/caf\u00e9" }, ["/a/b", "/caf%C3%A9"]],
    ["a path with a fragment", { "/a/b": "/c#d" }, ["/a/b", "/c"]],
  ])("follow one to %s", async (_what, routes, paths) => {
    await using server = await redirecting(routes);
    expect(await checkService(service(`${server.origin}/a/b`))).toMatchObject(HEALTHY);
    expect(server.requests.map(pathOf)).toEqual(paths);
  });

  it.each([301, 302, 303, 307, 308])("follow a %i", async (status) => {
    await using server = await rawServer({
      onRequest: (socket, head) => {
        socket.end(pathOf(head) === "/" ? redirect("/next", status) : response(200));
      },
    });
    expect(await checkService(service(server.origin))).toMatchObject(HEALTHY);
    expect(server.requests.map(pathOf)).toEqual(["/", "/next"]);
  });

  it.each([300, 304, 305, 306, 399])("do not follow a %i", async (status) => {
    await using server = await rawServer({
      onRequest: (socket) => socket.end(`HTTP/1.1 ${String(status)}\r\nLocation: /next\r\n\r\n`),
    });
    expect(await checkService(service(server.origin))).toMatchObject({
      isHealthy: false,
      statusCode: status,
      error: `Expected 200, got ${String(status)}`,
    });
    expect(server.requests).toHaveLength(1);
  });

  it("judge the answer at the end of them", async () => {
    await using server = await rawServer({
      onRequest: (socket, head) => {
        socket.end(pathOf(head) === "/" ? redirect("/next") : response(503));
      },
    });
    expect(await checkService(service(server.origin))).toMatchObject({
      isHealthy: false,
      error: "Expected 200, got 503",
    });
  });

  it("follow 10 of them, and no more", async () => {
    await using server = await redirecting(chain(11));
    expect(await checkService(service(`${server.origin}/1`))).toMatchObject(HEALTHY);
    expect(server.requests.map(pathOf).at(-1)).toBe("/11");
    expect(await reasonOf(service(`${server.origin}/0`))).toBe(
      `more than 10 redirects, last to ${server.origin}/11`,
    );
    // Those of the first check, and for the second one the page itself and 10 more.
    expect(server.requests).toHaveLength(11 + 11);
  });

  it.each<[string, Routes, string]>([
    ["to itself", { "/": "/" }, "/"],
    ["to itself, as no URL at all says", { "/": "" }, "/"],
    ["to itself with a fragment", { "/": "/#again" }, "/"],
    ["over another page", { "/": "/a?token=secret", "/a?token=secret": "/" }, "/"],
    ["further on", { "/": "/a", "/a": "/b?token=secret", "/b?token=secret": "/a" }, "/a"],
  ])("tell a loop %s, without what may be secret", async (_what, routes, path) => {
    await using server = await redirecting(routes);
    expect(await reasonOf(service(server.origin))).toBe(
      `redirect loop: ${server.origin}${path} again`,
    );
    expect(server.requests).toHaveLength(Object.keys(routes).length);
  });

  it.each([
    ["ftp://127.0.0.1/", "redirected to an unsupported URL scheme, ftp:"],
    ["file:///etc/passwd", "redirected to an unsupported URL scheme, file:"],
    ["javascript:alert(1)", "redirected to an unsupported URL scheme, javascript:"],
    ["http://", "redirected to a malformed URL by ORIGIN/"],
    ["http://a b/", "redirected to a malformed URL by ORIGIN/"],
    ["//[::1", "redirected to a malformed URL by ORIGIN/"],
    ["http://127.0.0.1:65536/", "redirected to a malformed URL by ORIGIN/"],
  ])("tell one to %s", async (location, reason) => {
    await using server = await redirecting({ "/": location });
    expect(await reasonOf(service(server.origin))).toBe(reason.replace("ORIGIN", server.origin));
  });

  it.each([300, 301, 304, 399])(
    "do not follow any where a %i is expected",
    async (expectedStatus) => {
      await using server = await redirecting({ "/": "/next" });
      const result = await checkService(service(server.origin, { expectedStatus }));
      expect(result).toMatchObject({ isHealthy: false, statusCode: 302 });
      expect(server.requests).toHaveLength(1);
    },
  );

  it("find the expected one healthy", async () => {
    await using server = await redirecting({ "/": "/next" });
    const result = await checkService(service(server.origin, { expectedStatus: 302 }));
    expect(result).toMatchObject({ isHealthy: true, statusCode: 302 });
  });

  it("take one that leads nowhere as it stands", async () => {
    await using server = await rawServer({ onRequest: (socket) => socket.end(response(302)) });
    expect(await checkService(service(server.origin))).toMatchObject({
      isHealthy: false,
      statusCode: 302,
      error: "Expected 200, got 302",
    });
  });

  it("tell a page that cannot be reached", async () => {
    const gone = await rawServer();
    await gone[Symbol.asyncDispose]();
    await using server = await redirecting({ "/": `${gone.origin}/` });
    expect(await reasonOf(service(server.origin))).toBe(
      `after a redirect to ${gone.origin}/: connection refused (127.0.0.1:${String(gone.port)}, ECONNREFUSED)`,
    );
  });
});

describe("checkService() and credentials in a URL", () => {
  const ann = `Authorization: Basic ${Buffer.from("ann:secret").toString("base64")}`;
  const bob = `Authorization: Basic ${Buffer.from("bob:other").toString("base64")}`;

  function credentials({ requests }: RawServer): (string | null)[] {
    return requests.map((head) => /^Authorization: .*$/mu.exec(head)?.[0] ?? null);
  }

  function as(who: string, { origin }: RawServer): string {
    return `${origin.replace("://", `://${who}@`)}/`;
  }

  it("send them to every page of the same origin", async () => {
    await using server = await redirecting({ "/": "/a", "/a": "ORIGIN/b" });
    await checkService(service(as("ann:secret", server)));
    expect(credentials(server)).toEqual([ann, ann, ann]);
  });

  it("send them to no other origin, and not to their own one over another", async () => {
    const routes: Routes = {};
    await using first = await redirecting(routes);
    await using second = await redirecting({ "/over": `${first.origin}/back` });
    routes["/"] = `${second.origin}/over`;
    expect(await checkService(service(as("ann:secret", first)))).toMatchObject(HEALTHY);
    expect(credentials(second)).toEqual([null]);
    expect(credentials(first)).toEqual([ann, null]);
  });

  it("send those that a redirect names itself", async () => {
    await using server = await redirecting({ "/": "http://bob:other@127.0.0.1:PORT/next" });
    await checkService(service(as("ann:secret", server)));
    expect(credentials(server)).toEqual([ann, bob]);
  });

  it("show them in no message", async () => {
    await using server = await redirecting({ "/": "/a", "/a": "/" });
    const { message } = (await checkService(service(as("ann:secret", server))).catch(
      (failure: unknown) => failure,
    )) as Error;
    expect(message).toBe(`Service 'shop' is unreachable: redirect loop: ${server.origin}/ again`);
  });
});

describe("checkService() and the phases of redirects", () => {
  it("are summed", async () => {
    const delayMs = 40;
    await using server = await rawServer({
      onRequest: (socket, head) => {
        const path = pathOf(head);
        setTimeout(() => {
          socket.end(path === "/" ? redirect("/a") : response(200));
        }, delayMs);
      },
    });
    const result = await checkService(service(server.origin), { phases: true });
    const { resolveMs, connectMs, tlsMs, firstByteMs, transferMs } =
      result.phases ?? expect.unreachable();
    expect(tlsMs).toBeNull();
    expect(firstByteMs).toBeGreaterThan(2 * delayMs - 2);
    const sumMs = [resolveMs, connectMs, firstByteMs, transferMs].reduce<number>(
      (sum, part) => sum + (part ?? 0),
      0,
    );
    expect(sumMs).toBeLessThanOrEqual((result.responseTimeMs ?? 0) + 0.01);
  });

  it.skipIf(!hasPart("openssl", ["version"]))("go from https to http and back", async () => {
    using authority = await certificateAuthority();
    const pair = await authority.issue({ names: ["IP:127.0.0.1"] });
    await using plain = await rawServer({
      onRequest: (socket) => socket.end(redirect(`${secure.origin}/end`)),
    });
    await using secure: RawServer = await rawServer({
      tls: pair,
      onRequest: (socket, head) => {
        socket.end(pathOf(head) === "/" ? redirect(`${plain.origin}/middle`) : response(200));
      },
    });
    await using transport = loopbackTransport({ tls: { ca: authority.cert } });
    const config = service(secure.origin);
    const result = await checkService(config, { transport, phases: true });
    expect(result).toMatchObject(HEALTHY);
    expect(result.phases?.tlsMs).toBeGreaterThan(0);
    expect(plain.requests.map(pathOf)).toEqual(["/middle"]);
    expect(secure.requests.map(pathOf)).toEqual(["/", "/end"]);
  });
});
