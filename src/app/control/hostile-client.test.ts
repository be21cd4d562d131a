import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { failureOf, serveTestControl as serve } from "../../../test/support/control-server.ts";
import { testFolder } from "../../../test/support/folder.ts";
import { eventOf, explanationOf, projectStatus } from "../../../test/support/watch-control.ts";
import { connectControl } from "./connect-control.ts";

// Sends bytes as they are, and gives all that came back until the other side has closed.
async function raw(path: string, bytes: string | Uint8Array): Promise<readonly unknown[]> {
  const socket = createConnection({ path });
  socket.on("error", () => undefined);
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(socket, "connect");
  socket.write(bytes);
  await once(socket, "close");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

const containing = (text: string): unknown => expect.stringContaining(text);

it("what is no request is refused, and others are served meanwhile", async () => {
  await using served = await serve({ explain: () => Promise.resolve(explanationOf()) });
  await using client = await served.connect();
  const refused = [{ protocol: "clockwork-control-1" }, { error: { code: "usage-invalid" } }];
  expect(await raw(served.socket, "garbage\n")).toMatchObject(refused);
  expect(await raw(served.socket, "[]\n")).toMatchObject(refused);
  expect(await raw(served.socket, '{"request":"status","id":0}\n')).toMatchObject(refused);
  const twice = '{"request":"follow","id":1}\nnull\n';
  expect((await raw(served.socket, twice)).slice(1)).toMatchObject([
    { id: 1, error: { message: containing("after must be null or a number") } },
    { error: {} },
  ]);
  const unknown = '{"request":"constructor","id":7}\n{"request":"explain","id":8,"resource":5}\n\n';
  expect((await raw(served.socket, unknown)).slice(1, 3)).toMatchObject([
    { id: 7, error: { message: containing("request must be one of status") } },
    { id: 8, error: { message: containing("resource must be text") } },
  ]);
  expect(await client.explain("web")).toEqual(explanationOf());
});

it("a line without an end is cut where no request may be longer", async () => {
  await using served = await serve();
  const endless = `{"request":"explain","id":1,"resource":"${"x".repeat(1_100_000)}`;
  expect(await raw(served.socket, endless)).toMatchObject([{}, { error: {} }]);
});

it("any bytes leave those who serve them alive", async () => {
  await using served = await serve();
  const bytes = fc.uint8Array({ maxLength: 200 });
  const lines = fc.json().map((text) => Buffer.from(`${text}\n`));
  await fc.assert(
    fc.asyncProperty(fc.oneof(bytes, lines), async (sent) => {
      // The last line is certainly none.
      await raw(served.socket, Buffer.concat([sent, Buffer.from("\n!\n")]));
    }),
    { numRuns: 50 },
  );
  await using client = await served.connect();
  expect(await client.status()).toEqual(projectStatus());
});

it("a client that does not read is cut, and holds nobody up", async () => {
  const { promise: isCut, resolve } = Promise.withResolvers<null>();
  const text = "x".repeat(100_000);
  await using served = await serve({
    follow: async ({ signal }, onEvent) => {
      // Endless, if nobody ends it.
      for (let id = 1; !signal.aborted; id += 1) {
        onEvent(eventOf({ id, text }));
        await new Promise((next) => setImmediate(next));
      }
      resolve(null);
    },
  });
  const socket = createConnection({ path: served.socket });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.pause();
  socket.write('{"request":"follow","id":1,"after":null}\n');
  await isCut;
  socket.destroy();
  await using client = await served.connect();
  expect(await client.status()).toEqual(projectStatus());
});

it("a client that asks for nothing is cut after a while", async () => {
  const due: (() => void)[] = [];
  const after = (_: number, callback: () => void): (() => void) => {
    due.push(callback);
    return () => undefined;
  };
  await using served = await serve({}, { clock: { after } });
  const socket: Socket = createConnection({ path: served.socket });
  await once(socket, "data");
  for (const callback of due) callback();
  await once(socket, "close");
  expect(socket.destroyed).toBe(true);
});

it("connectControl() says so when whoever listens speaks another language", async () => {
  using folder = testFolder();
  const path = join(folder.path, "control.sock");
  const server = createServer((socket) => socket.end('{"protocol":"clockwork-control-99"}\n'));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const error = await failureOf(connectControl(folder.path));
  expect(error).toMatchObject({ name: "DeployError", hint: "restart clockwork up" });
  await new Promise((resolve) => server.close(resolve));
});
