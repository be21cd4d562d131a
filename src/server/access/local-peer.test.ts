import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { endianness } from "node:os";
import { describe, expect, it } from "vitest";
import { endText, localPeer, userIn } from "./local-peer.ts";

const PLACE = "0100007F:8CB4 0100007F:1388 ";
const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";

function line(state: string, uid: number, inode: number): string {
  return `   0: ${PLACE}${state} 00000000:00000000 00:00000000 00000000  ${String(uid)}        0 ${String(inode)} 1 0000000063ae4c2f 20 0 0 10 -1\n`;
}

async function between(host: string, port = 0): Promise<Socket> {
  const server = createServer();
  server.listen(port, host);
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, host);
  const [socket] = (await once(server, "connection")) as [Socket];
  if (client.connecting) await once(client, "connect");
  socket.once("close", () => {
    client.destroy();
    server.close();
  });
  return socket;
}

describe("userIn()", () => {
  it("finds whose connection it is", () => {
    const other = line("01", 7, 99).replace("8CB4", "8CB5");
    expect(userIn(Buffer.from(HEAD + other + line("01", 1001, 4711)), PLACE)).toBe(1001);
  });

  it("takes nobody's connection for that of root", () => {
    const table = HEAD + line("06", 0, 0) + line("05", 0, 0);
    expect(userIn(Buffer.from(table), PLACE)).toBeNull();
    expect(userIn(Buffer.from(table + line("01", 1001, 4711)), PLACE)).toBe(1001);
  });

  it("finds nothing in what is not there, or cut off", () => {
    expect(userIn(Buffer.from(HEAD), PLACE)).toBeNull();
    expect(userIn(Buffer.from(HEAD + line("01", 1001, 4711).slice(0, 60)), PLACE)).toBeNull();
  });
});

describe.runIf(endianness() === "LE")("endText()", () => {
  it.each([
    ["127.0.0.1", 4, "0100007F:1388"],
    ["::ffff:127.0.0.1", 4, "0100007F:1388"],
    ["127.0.0.1", 6, "0000000000000000FFFF00000100007F:1388"],
    ["::1", 6, "00000000000000000000000001000000:1388"],
    ["2001:db8::1234:5678", 6, "B80D0120000000000000000078563412:1388"],
  ] as const)("writes %s for the table of IPv%i as %s", (address, form, expected) => {
    expect(endText(address, 5_000, form)).toBe(expected);
  });
});

describe.runIf(process.platform === "linux")("localPeer()", () => {
  it.each(["127.0.0.1", "::1"])("knows who connected over %s", async (host) => {
    const socket = await between(host);
    expect(localPeer(socket)).toEqual({ type: "user", uid: process.getuid?.() });
    socket.destroy();
  });

  it("knows nobody for a connection that is not there", () => {
    const ends = {
      localAddress: "127.0.0.1",
      localPort: 1,
      remoteAddress: "127.0.0.1",
      remotePort: 1,
    };
    expect(localPeer(ends)).toEqual({ type: "unknown" });
    expect(localPeer({})).toEqual({ type: "unknown" });
  });
});
