import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { endianness } from "node:os";
import { describe, expect, it } from "vitest";
import { readTable } from "../../adapters/system/kernel-table.ts";
import { endText, LocalPeers, usersIn } from "./local-peer.ts";

const UNKNOWN = { type: "unknown" };
const OWN = "0100007F:1388";
const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";

function line(port: string, state: string, uid: number, inode: number): string {
  return `   0: 0100007F:${port} ${OWN} ${state} 00000000:00000000 00:00000000 00000000  ${String(uid)}        0 ${String(inode)} 1 0000000063ae4c2f 20 0 0 10 -1
`;
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

describe("usersIn()", () => {
  const found = (text: string) => Object.fromEntries(usersIn(Buffer.from(text), OWN));

  it("finds everybody who is connected with one end", () => {
    const table = HEAD + line("8CB4", "01", 1001, 4711) + line("8CB5", "05", 7, 99);
    expect(found(table)).toEqual({ "0100007F:8CB4": 1001, "0100007F:8CB5": 7 });
  });

  it("takes nobody's connection for that of root", () => {
    const table = HEAD + line("8CB4", "06", 0, 0) + line("8CB5", "05", 0, 0);
    expect(found(table)).toEqual({});
    expect(found(table + line("8CB4", "01", 1001, 4711))).toEqual({ "0100007F:8CB4": 1001 });
  });

  it("does not take our own end for the other one", () => {
    const swapped = line("8CB4", "01", 0, 4711).replace(
      `0100007F:8CB4 ${OWN}`,
      `${OWN} 0100007F:8CB4`,
    );
    expect(found(HEAD + swapped)).toEqual({});
  });

  it("finds nothing in what is not there, or cut off", () => {
    expect(found("")).toEqual({});
    expect(found(HEAD + line("8CB4", "01", 1001, 4711).slice(0, 60))).toEqual({});
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

describe.runIf(process.platform === "linux")("LocalPeers", () => {
  it("knows who made many connections at once", async () => {
    const peers = new LocalPeers(readTable);
    const sockets = await Promise.all(
      ["127.0.0.1", "::1", "127.0.0.1"].map((host) => between(host)),
    );
    const gone = {
      localAddress: "127.0.0.1",
      localPort: 1,
      remoteAddress: "127.0.0.1",
      remotePort: 1,
    };
    const found = await Promise.all([...sockets, gone, {}].map((ends) => peers.find(ends)));
    const own = { type: "user", uid: process.getuid?.() };
    expect(found).toEqual([own, own, own, UNKNOWN, UNKNOWN]);
    expect(await peers.find(sockets[0] ?? {})).toEqual(own);
    for (const socket of sockets) socket.destroy();
  });
});
