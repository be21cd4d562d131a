import { execFile } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { closedPort } from "../../../test/support/services.ts";
import { probeProgram, type ProbeTask } from "./reach-probe.ts";

/** Runs the program as it will be run, but in our own network. */
function probed(task: Partial<ProbeTask>): Promise<unknown> {
  const whole: ProbeTask = {
    ...{ addresses: ["127.0.0.1"], names: [], servers: [], port: 1, request: null },
    ...{ timeoutMs: 3_000, ...task },
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["-"], { env: {} }, (_, stdout, stderr) => {
      resolve(stdout === "" ? stderr : JSON.parse(stdout));
    });
    child.stdin?.end(probeProgram(whole));
  });
}

async function listening(
  answer: string | null,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => {
      if (answer !== null) socket.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it("probeProgram() reaches what listens, and any answer in HTTP", async () => {
  await using server = await listening("HTTP/1.1 503 No\r\n\r\n");
  const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  expect(await probed({ port: server.port })).toEqual({ failure: null });
  expect(await probed({ port: server.port, request })).toEqual({ failure: null });
  const addresses = ["127.0.0.2", "127.0.0.1"];
  expect(await probed({ port: server.port, addresses })).toEqual({ failure: null });
});

it("probeProgram() tells why it did not", async () => {
  await using mute = await listening(null);
  await using other = await listening("SSH-2.0-x\r\n");
  const request = "GET / HTTP/1.1\r\n\r\n";
  expect(await probed({ port: await closedPort() })).toEqual({
    failure: "127.0.0.1: connection refused (ECONNREFUSED)",
  });
  expect(await probed({ port: mute.port, request, timeoutMs: 50 })).toEqual({
    failure: "no answer within 50 ms",
  });
  expect(await probed({ port: other.port, request })).toEqual({
    failure: "127.0.0.1 does not speak HTTP",
  });
  const lookup = { addresses: [], names: ["web"], servers: [`127.0.0.1:${String(mute.port)}`] };
  expect(await probed({ ...lookup, timeoutMs: 1_000 })).toEqual({
    failure: "its name does not resolve: connection refused (ECONNREFUSED)",
  });
});
