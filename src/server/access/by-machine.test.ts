import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { expect, it } from "vitest";
import { compileAccess } from "./access-rules.ts";
import { connectionByMachine } from "./by-machine.ts";
import { DEFAULT_ACCESS } from "./settings.ts";

const SOCKET = { remoteAddress: "127.0.0.1", localAddress: "127.0.0.1" } as unknown as Socket;
const REQUEST = {
  headers: { host: "127.0.0.1:5000" },
  socket: SOCKET,
} as unknown as IncomingMessage;

function callerOf(uid: number) {
  const connection = connectionByMachine(SOCKET, {
    rules: compileAccess(DEFAULT_ACCESS),
    peerOf: () => ({ type: "user", uid }),
    uid: 1_000,
    onUnknown: () => undefined,
  });
  return connection.judge(REQUEST);
}

it("tells root from who runs this, for the audit log; both may do everything", () => {
  expect(callerOf(1_000)).toEqual({
    who: "local user",
    role: "admin",
    from: "127.0.0.1",
    isUncounted: true,
  });
  expect(callerOf(0)).toEqual({
    who: "local user 0",
    role: "admin",
    from: "127.0.0.1",
    isUncounted: true,
  });
  expect(callerOf(1_001)).toEqual({ who: "local user 1001", role: null, from: "127.0.0.1" });
});
