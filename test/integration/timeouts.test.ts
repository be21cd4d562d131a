import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { checkAllServices, checkService } from "../../src/app/check-services.ts";
import { HealthCheckTimeoutError, ServiceUnreachableError } from "../../src/model/errors.ts";
import type { ServiceConfig } from "../../src/model/service.ts";
import { fixedResolver, loopbackTransport, rawServer, response } from "../support/raw-server.ts";
import { closedPort } from "../support/services.ts";

const SHORT_SECONDS = 0.4;
/** Far more than anything here may take: what comes to an end earlier did not wait for it. */
const LONG_SECONDS = 15;

function silent(): void {
  // Says nothing.
}

/** Sends a part of something every so often, for as long as somebody is there. */
function drip(socket: Socket, text: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(text), everyMs);
  socket.on("close", () => {
    clearInterval(timer);
  });
}

/** Sends as quickly as it is read, without end. */
function flood(socket: Socket): void {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const fill = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", fill);
  fill();
}

function service(url: string, more: Partial<ServiceConfig> = {}): ServiceConfig {
  return { name: "shop", url, timeout: SHORT_SECONDS, ...more };
}

async function failureOf(config: ServiceConfig): Promise<unknown> {
  return await checkService(config).then(
    (result) => expect.unreachable(JSON.stringify(result)),
    (error: unknown) => error,
  );
}

describe("checkService(), when no whole answer comes,", () => {
  it.each<[string, (socket: Socket) => void]>([
    ["nothing", silent],
    ["half of a head", (socket) => socket.write("HTTP/1.1 200 OK\r\nServer:")],
    ["interim responses alone", (socket) => socket.write("HTTP/1.1 102 Wait\r\n\r\n")],
    [
      "a byte of a body now and then",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
        drip(socket, "x", 50);
      },
    ],
    [
      "a byte of a head now and then",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nServer: ");
        drip(socket, "x", 50);
      },
    ],
    [
      "a chunk now and then",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        drip(socket, "1\r\nx\r\n", 50);
      },
    ],
  ])("times out on a server that sends %s, and closes the connection", async (_what, onRequest) => {
    await using server = await rawServer({ onRequest });
    const startedMs = performance.now();
    const error = await failureOf(service(server.origin));
    const elapsedMs = performance.now() - startedMs;
    expect(error).toBeInstanceOf(HealthCheckTimeoutError);
    expect(error).toMatchObject({
      serviceName: "shop",
      timeoutSeconds: SHORT_SECONDS,
      message: "Service 'shop' timed out after 0.4 seconds: connected, but no complete answer came",
    });
    // Timers may fire a fraction of a millisecond early.
    expect(elapsedMs).toBeGreaterThan(SHORT_SECONDS * 1_000 - 2);
    expect(elapsedMs).toBeLessThan(5_000);
    await server.allClosed();
  });

  it("times out in the middle of a TLS handshake", async () => {
    await using server = await rawServer();
    const error = await failureOf(service(`https://127.0.0.1:${String(server.port)}/`));
    expect(error).toBeInstanceOf(HealthCheckTimeoutError);
    await server.allClosed();
  });

  it("times out on a name that nobody knows, and says that it never got to connect", async () => {
    let wasGivenUp = false;
    await using transport = loopbackTransport({
      resolver: {
        ...fixedResolver(),
        lookup: () => null,
        resolve: (_name, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              wasGivenUp = true;
              reject(signal.reason as Error);
            });
          }),
      },
    });
    await expect(checkService(service("http://web.example/"), { transport })).rejects.toThrow(
      "Service 'shop' timed out after 0.4 seconds: neither a new connection nor an answer came about",
    );
    expect(wasGivenUp).toBe(true);
  });

  it("gives all redirects together no more time than one answer", async () => {
    let count = 0;
    await using server = await rawServer({
      onRequest: (socket) => {
        count += 1;
        setTimeout(() => socket.write(response(302, { Location: `/${String(count)}` })), 75);
      },
    });
    const error = await failureOf(service(server.origin));
    expect(error).toBeInstanceOf(HealthCheckTimeoutError);
    expect(count).toBeGreaterThan(1);
    expect(count).toBeLessThan(8);
  });

  it.each<[string, (socket: Socket) => void, RegExp]>([
    ["closes at once", (socket) => socket.end(), /^connection (?:closed|reset)/u],
    ["resets at once", (socket) => socket.resetAndDestroy(), /^connection (?:closed|reset)/u],
    ["greets as SSH does", (socket) => socket.write("SSH-2.0-OpenSSH_9.2p1"), /"SSH-2\.0-OpenSSH/u],
    ["greets as SMTP does", (socket) => socket.write("220 mail ESMTP\r\n"), /"220 mail ESMTP/u],
    ["sends bytes", (socket) => socket.write(Buffer.from([0, 255, 155])), /begins with "\\u0000/u],
  ])("does not wait when a server %s", async (_what, onConnection, reason) => {
    await using server = await rawServer({ onConnection });
    const error = await failureOf(service(server.origin, { timeout: LONG_SECONDS }));
    expect(error).toBeInstanceOf(ServiceUnreachableError);
    const expected: unknown = expect.stringMatching(reason);
    expect(error).toMatchObject({ serviceName: "shop", reason: expected });
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ["closes", (socket) => socket.end(), "connection closed before any answer came"],
    [
      "closes half-way",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
      "connection closed before the whole body came",
    ],
    [
      "resets",
      (socket) => socket.resetAndDestroy(),
      "connection reset by the other side (127.0.0.1:PORT, ECONNRESET)",
    ],
    [
      "answers without CR",
      (socket) => socket.write("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"),
      "malformed response: a line of its head does not end in CR LF",
    ],
    [
      "sends no chunks where it says so",
      (socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{"up":1}'),
      'malformed response: the size of a chunk is "{\\"up\\":1}"',
    ],
  ])("tells a server that, when asked, %s", async (_what, onRequest, reason) => {
    await using server = await rawServer({ onRequest });
    const error = await failureOf(service(server.origin, { timeout: LONG_SECONDS }));
    expect(error).toBeInstanceOf(ServiceUnreachableError);
    expect(error).toMatchObject({ reason: reason.replace("PORT", String(server.port)) });
    await server.allClosed();
  });

  it("tells who refused", async () => {
    const port = String(await closedPort());
    await expect(checkService(service(`http://127.0.0.1:${port}/`))).rejects.toThrow(
      `Service 'shop' is unreachable: connection refused (127.0.0.1:${port}, ECONNREFUSED)`,
    );
  });
});

describe("checkService(), when an answer comes,", () => {
  it("cuts a body without end, and lets the status decide", async () => {
    let sentBytes = 0;
    await using server = await rawServer({
      onRequest: (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        flood(socket);
        socket.on("close", () => (sentBytes = socket.bytesWritten));
      },
    });
    const config = service(server.origin, { timeout: LONG_SECONDS });
    expect(await checkService(config)).toMatchObject({ isHealthy: true, statusCode: 200 });
    await server.allClosed();
    expect(sentBytes).toBeGreaterThan(1024 * 1024);
    // What lay in the buffers of the system on the way was sent, and no more.
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
    expect(await checkService({ ...config, expectedStatus: 204 })).toMatchObject({
      isHealthy: false,
      error: "Expected 204, got 200",
    });
  });

  it("goes on to the next address of a name when one refuses", async () => {
    await using server = await rawServer({ onRequest: (socket) => socket.end(response(200)) });
    await using transport = loopbackTransport({
      resolver: fixedResolver("127.0.0.2", "127.0.0.3", "127.0.0.1"),
    });
    const config = service(`http://web.example:${String(server.port)}/`, { timeout: LONG_SECONDS });
    expect(await checkService(config, { transport })).toMatchObject({ isHealthy: true });
  });
});

it("checkAllServices() lets no server hold up another, and gives results in order", async () => {
  await using quick = await rawServer({ onRequest: (socket) => socket.end(response(200)) });
  await using mute = await rawServer({ onRequest: silent });
  await using slow = await rawServer({
    onRequest: (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      drip(socket, "x", 50);
    },
  });
  await using broken = await rawServer({ onRequest: (socket) => socket.resetAndDestroy() });
  const origins = [mute, quick, slow, broken, quick].map(({ origin }) => origin);
  const finished: string[] = [];
  const results = await checkAllServices(
    origins.map((url, index) => service(url, { name: `service ${String(index)}`, timeout: 1.5 })),
    { onResult: ({ serviceName }) => finished.push(serviceName) },
  );
  expect(
    results.map(({ serviceName, isHealthy, error }) => [serviceName, isHealthy, error]),
  ).toEqual([
    ["service 0", false, expect.stringContaining("'service 0' timed out after 1.5 seconds")],
    ["service 1", true, null],
    ["service 2", false, expect.stringContaining("'service 2' timed out after 1.5 seconds")],
    ["service 3", false, expect.stringContaining("'service 3' is unreachable: connection reset")],
    ["service 4", true, null],
  ]);
  expect(new Set(finished.slice(0, 3))).toEqual(new Set(["service 1", "service 3", "service 4"]));
});
