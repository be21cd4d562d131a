import { getEventListeners } from "node:events";
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpTransportOptions } from "../../src/adapters/network/http-transport.ts";
import type { TransportResponse } from "../../src/ports/transport.ts";
import { certificateAuthority, type CertificateAuthority } from "../support/certificates.ts";
import { start } from "../support/cli.ts";
import { hasPart } from "../support/parts.ts";
import { fixedResolver, loopbackTransport, rawServer, response } from "../support/raw-server.ts";

// All of 127.0.0.0/8 is this machine only on Linux, which also is who keeps a connection waiting when a queue is full.
const isLinux = process.platform === "linux";

const [SERVED, UNSERVED] = ["127.0.0.1", "127.0.0.2"] as const;

const ok = (socket: Socket): void => {
  socket.write(response(200));
};

async function get(
  url: string,
  addresses: readonly string[],
  options: Partial<HttpTransportOptions> & { readonly signal?: AbortSignal } = {},
): Promise<TransportResponse> {
  const { signal = AbortSignal.timeout(5_000), ...more } = options;
  const resolver = fixedResolver(...addresses);
  await using transport = await loopbackTransport({ resolver, ...more }).open();
  return await transport.request({ url: new URL(url), signal, maxBodyBytes: 1_000 });
}

const TRANSPORT = new URL("../../src/adapters/network/http-transport.ts", import.meta.url).href;

/** A program of its own, whose timers come before the network does once it has come to nothing else for 400 ms. */
const STALLING = `
  import { channel } from "node:diagnostics_channel";
  import { HttpTransport } from ${JSON.stringify(TRANSPORT)};
  const stall = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  // The system's call follows within the first turns of this queue.
  const inTurns = (count) => process.nextTick(count === 0 ? stall : inTurns, count - 1);
  let begun = 0;
  channel("net.client.socket").subscribe(() => (begun += 1) === 1 && inTurns(10));
  const addresses = ["${SERVED}", "${UNSERVED}"].map((address) => ({ address, family: 4 }));
  const resolver = { lookup: () => addresses, [Symbol.asyncDispose]: async () => undefined };
  const transport = await new HttpTransport({ resolver, userAgent: "clockwork/test" }).open();
  await new Promise((resolve) => setImmediate(resolve));
  const request = { url: new URL(process.argv[1]), signal: AbortSignal.timeout(5_000), maxBodyBytes: 1_000 };
  const { status } = await transport.request(request);
  process.stdout.write(String(status));
`;

/** A server in a thread of its own, which accepts nothing until it is told to. */
async function busyServer(): Promise<AsyncDisposable & { port: number; resume: () => void }> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const server = require("node:net").createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => socket.end("HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"));
    });
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(workerData, 0, 0);
    });
  `;
  const worker = new Worker(program, { eval: true, workerData: gate });
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  const fillers = Array.from({ length: 4 }, () =>
    connect(port, SERVED).on("error", () => undefined),
  );
  const connected = (): number => fillers.filter(({ connecting }) => !connecting).length;
  await expect.poll(connected).toBeGreaterThan(1);
  const resume = (): void => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  return {
    port,
    resume,
    [Symbol.asyncDispose]: async () => {
      resume();
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}

describe.runIf(isLinux)("a service with several addresses", () => {
  it("is up when its first address needs a second to connect and the others refuse", async () => {
    await using server = await busyServer();
    const url = `http://shop.example:${String(server.port)}/`;
    const answer = get(url, [SERVED, UNSERVED, "127.0.0.3"]);
    const timer = setTimeout(server.resume, 600);
    const { status, phases } = await answer;
    clearTimeout(timer);
    expect(status).toBe(200);
    // The system sends its first packet again after a second: without that, this proves nothing.
    expect(phases.connectMs).toBeGreaterThan(600);
  });

  it("is up when this process comes to nothing else for a while", async () => {
    await using server = await rawServer({ onRequest: ok });
    const url = `http://shop.example:${String(server.port)}/`;
    const args = ["--input-type=module", "--eval", STALLING, url];
    const { stdout, stderr } = await start(process.execPath, args).finished;
    expect({ stdout, stderr }).toEqual({ stdout: "200", stderr: "" });
    await server.allClosed();
  });

  it("is asked once, whichever address wins", async () => {
    await using server = await rawServer({ onRequest: ok });
    for (const addresses of [
      [SERVED, UNSERVED],
      [UNSERVED, SERVED],
      [UNSERVED, "127.0.0.3", SERVED],
    ]) {
      const before = server.connections();
      const { phases } = await get(server.origin, addresses);
      expect(phases.connectMs).toBeGreaterThan(0);
      // One that refused costs no wait.
      expect(phases.connectMs).toBeLessThan(240);
      expect(server.connections()).toBe(before + 1);
      await server.allClosed();
    }
  });

  it("leaves nothing behind when it is given up, whatever has been begun by then", async () => {
    await using server = await busyServer();
    const url = `http://shop.example:${String(server.port)}/`;
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCP")).length;
    const before = sockets();
    for (const afterMs of [0, 50, 300]) {
      const controller = new AbortController();
      const { signal } = controller;
      // The same address thrice: each is a connection of its own that does not come about.
      const answer = get(url, [SERVED, SERVED, SERVED], { signal });
      setTimeout(() => {
        controller.abort(new Error("enough"));
      }, afterMs);
      await expect(answer).rejects.toThrow(new Error("enough"));
      expect(getEventListeners(signal, "abort")).toEqual([]);
      await expect.poll(sockets).toBe(before);
    }
  });
});

describe.skipIf(!isLinux || !hasPart("openssl", ["version"]))(
  "a service with several addresses and TLS",
  () => {
    let authority: CertificateAuthority;

    beforeAll(async () => {
      authority = await certificateAuthority();
    });

    afterAll(() => {
      authority[Symbol.dispose]();
    });

    const getSecurely = (url: string, signal?: AbortSignal): Promise<TransportResponse> =>
      get(url, [UNSERVED, SERVED], {
        tls: { ca: authority.cert },
        ...(signal === undefined ? {} : { signal }),
      });

    it("is up when one of them is, and its certificate is for the name", async () => {
      const tls = await authority.issue({ names: ["DNS:shop.example"] });
      const names: unknown[] = [];
      await using server = await rawServer({
        tls,
        onRequest: ok,
        onConnection: (socket) => names.push(Reflect.get(socket, "servername")),
      });
      const port = String(server.port);
      const { status, phases } = await getSecurely(`https://shop.example:${port}/`);
      expect(status).toBe(200);
      expect(phases.connectMs).toBeGreaterThan(0);
      expect(phases.tlsMs).toBeGreaterThan(0);
      await expect(getSecurely(`https://other.example:${port}/`)).rejects.toThrow(
        `TLS certificate is for another name: DNS:shop.example, not for other.example (127.0.0.1:${port}, `,
      );
      expect(names).toContain("shop.example");
      await server.allClosed();
    });

    it.each<[string, (socket: Socket) => void, string]>([
      ["resets", (socket) => socket.resetAndDestroy(), "connection reset by the other side"],
      ["closes", (socket) => socket.end(), "connection closed by the other side during the TLS"],
    ])("is down when the one that connects %s during the handshake", async (_how, end, reason) => {
      await using server = await rawServer({
        onConnection: (socket) =>
          socket.once("data", () => {
            end(socket);
          }),
      });
      const { signal } = new AbortController();
      const answer = getSecurely(`https://shop.example:${String(server.port)}/`, signal);
      await expect(answer).rejects.toThrow(reason);
      expect(getEventListeners(signal, "abort")).toEqual([]);
      await server.allClosed();
    });

    it("leaves nothing behind when it is given up during the handshake", async () => {
      await using server = await rawServer();
      const controller = new AbortController();
      const { signal } = controller;
      const answer = getSecurely(`https://shop.example:${String(server.port)}/`, signal);
      await expect.poll(server.connections).toBe(1);
      controller.abort(new Error("enough"));
      await expect(answer).rejects.toThrow(new Error("enough"));
      expect(getEventListeners(signal, "abort")).toEqual([]);
      await server.allClosed();
    });

    it("is told apart from the time that TLS itself took to load", async () => {
      const tls = await authority.issue({ names: ["DNS:shop.example"] });
      await using server = await rawServer({ tls, onRequest: ok });
      const slowTrust = {
        get ca(): string {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
          return authority.cert;
        },
      };
      const url = `https://shop.example:${String(server.port)}/`;
      const { phases } = await get(url, [SERVED], { tls: slowTrust });
      expect(phases.resolveMs).toBeLessThan(300);
      expect(phases.connectMs).toBeLessThan(300);
    });
  },
);
