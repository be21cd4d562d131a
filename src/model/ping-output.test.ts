import fc from "fast-check";
import { expect, it } from "vitest";
import { pingFailure, readPingStatistics } from "./ping-output.ts";

const iputils = `PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.283 ms

--- 127.0.0.1 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 203ms
rtt min/avg/max/mdev = 0.054/0.168/0.283/0.114 ms
`;
const iputilsLost = `PING 192.0.2.1 (192.0.2.1) 56(84) bytes of data.
From 192.0.2.9 icmp_seq=1 Destination Host Unreachable

--- 192.0.2.1 ping statistics ---
3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2033ms
pipe 3
`;
const busybox = `PING 127.0.0.1 (127.0.0.1): 56 data bytes

--- 127.0.0.1 ping statistics ---
2 packets transmitted, 1 packets received, 50% packet loss
round-trip min/avg/max = 0.073/0.120/0.167 ms
`;
const macos = `PING localhost (127.0.0.1): 56 data bytes

--- localhost ping statistics ---
3 packets transmitted, 3 packets received, +1 duplicates, 0.0% packet loss
round-trip min/avg/max/stddev = 0.050/12.345/0.130/0.030 ms
`;

it.each([
  ["iputils", iputils, { sent: 2, received: 2, meanMs: 0.168 }],
  ["iputils, all lost", iputilsLost, { sent: 3, received: 0, meanMs: null }],
  ["BusyBox", busybox, { sent: 2, received: 1, meanMs: 0.12 }],
  ["macOS", macos, { sent: 3, received: 3, meanMs: 12.345 }],
  ["duplicates", "1 packets transmitted, 4 received", { sent: 1, received: 1, meanMs: null }],
])("readPingStatistics() reads %s", (_, stdout, statistics) => {
  expect(readPingStatistics(stdout)).toEqual(statistics);
});

it.each(["", "PING a", "x2 packets transmitted, 2 received", "2 packets transmitted"])(
  "readPingStatistics() finds none in %j",
  (stdout) => {
    expect(readPingStatistics(stdout)).toBeNull();
  },
);

it("readPingStatistics() gives possible numbers or none, whatever comes", () => {
  const words = fc.constantFrom(
    ...[
      "9",
      "\n",
      " packets transmitted, ",
      " received",
      "packets ",
      "rtt min/avg/max = ",
      "/",
      ".",
    ],
    ...["round-trip min/avg/max/mdev = ", "NaN", "-1"],
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.oneof(words, fc.string()), maxLength: 200 }), (stdout) => {
      const statistics = readPingStatistics(stdout);
      const { sent, received, meanMs } = statistics ?? { sent: 0, received: 0, meanMs: null };
      expect(received).toBeLessThanOrEqual(sent);
      expect(meanMs ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

it.each([
  ["ping: socktype: SOCK_RAW\nping: socket: Operation not permitted", "not-permitted"],
  ["ping: permission denied (are you root?)", "not-permitted"],
  ["ping: a: Temporary failure in name resolution", "no-name-server"],
  ["ping: nosuch.invalid: Name or service not known", "unknown"],
  ["ping: bad address 'nosuch.invalid'", "unknown"],
  ["ping: cannot resolve nosuch.invalid: Unknown host", "unknown"],
  ["ping: connect: Network is unreachable", "unreachable"],
  ["ping: sendto: No route to host", "unreachable"],
  ["ping: invalid option -- 'n'", "other"],
  ["", "other"],
])("pingFailure() makes of %j %s", (complaints, failure) => {
  expect(pingFailure(complaints)).toBe(failure);
});
