import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { readPublishedPorts } from "./published-ports.ts";

it("readPublishedPorts() reads each port once, and leaves out what is not published", () => {
  const both = [
    { HostIp: "0.0.0.0", HostPort: "8080" },
    { HostIp: "::", HostPort: "8080" },
  ];
  expect(
    readPublishedPorts({
      "80/tcp": both,
      "53/udp": [{ HostIp: "127.0.0.1", HostPort: "5353" }],
      "443/tcp": null,
      "90/tcp": [{ HostIp: "", HostPort: "" }],
      "91/sctp": both,
    }),
  ).toEqual([
    { host: 8080, container: 80, protocol: "tcp" },
    { host: 5353, container: 53, protocol: "udp", address: "127.0.0.1" },
  ]);
});

it("readPublishedPorts() reads anything, or says that it makes no sense", () => {
  const binding = fc.anything();
  const key = fc.oneof(fc.string(), fc.constantFrom("80/tcp", "53/udp", "__proto__"));
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(fc.array(binding), binding)), (ports) => {
      try {
        for (const { host, container } of readPublishedPorts(ports)) {
          expect(host).toBeGreaterThan(0);
          expect(container).toBeGreaterThanOrEqual(0);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ObservationError);
      }
    }),
  );
});
