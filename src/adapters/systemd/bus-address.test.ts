import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { parseBusAddress } from "./bus-address.ts";

it.each([
  ["unix:path=/run/dbus/system_bus_socket", ["/run/dbus/system_bus_socket"]],
  ["unix:guid=0123,path=/run/bus", ["/run/bus"]],
  ["unix:path=/run/a%20b%2cc", ["/run/a b,c"]],
  ["unix:abstract=/tmp/dbus-x", ["\0/tmp/dbus-x"]],
  ["tcp:host=localhost,port=1;unix:path=/run/a;unix:path=/run/b", ["/run/a", "/run/b"]],
])("parseBusAddress() draws from %j the sockets %j", (address, paths) => {
  expect(parseBusAddress(address)).toEqual(
    paths.map((socketPath) => ({ socketPath, isBus: true })),
  );
});

it.each([
  ["/run/bus"],
  ["tcp:host=localhost,port=1"],
  ["unix:"],
  ["unix:path="],
  ["unix:path=relative"],
  ["unix:path=/a%00b"],
  ["unix:path=/a%"],
  ["unixexec:path=/bin/sh"],
])("parseBusAddress() refuses %j", (address) => {
  expect(() => parseBusAddress(address)).toThrow(ObservationError);
});

it("parseBusAddress() gives sockets or an ObservationError, whatever the text", () => {
  const piece = fc.oneof(
    fc.constantFrom("unix:", "path=", "/a", ",", ";", "%", "%2f", "abstract=", "\0"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      try {
        const places = parseBusAddress(pieces.join(""));
        expect(places.length).toBeGreaterThan(0);
        for (const { socketPath } of places) expect(socketPath).toMatch(/^(?:\/|\0.)/su);
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
});
