import fc from "fast-check";
import { expect, it } from "vitest";
import { ObservationError } from "../../model/errors.ts";
import { addressLabel, engineAddresses } from "./engine-addresses.ts";

const ENV = { HOME: "/home/me", XDG_RUNTIME_DIR: "/run/user/7" };

it("engineAddresses() lists where each engine may listen", () => {
  expect(engineAddresses("docker", ENV).map(addressLabel)).toEqual([
    "/var/run/docker.sock",
    "/home/me/.docker/run/docker.sock",
    "/run/user/7/docker.sock",
  ]);
  expect(engineAddresses("podman", ENV).map(addressLabel)).toEqual([
    "/run/user/7/podman/podman.sock",
    "/run/podman/podman.sock",
  ]);
  expect(engineAddresses("docker", { HOME: "" }).map(addressLabel)).toEqual([
    "/var/run/docker.sock",
  ]);
});

it.each([
  ["unix:///srv/a.sock", { kind: "socket", path: "/srv/a.sock" }],
  ["tcp://10.0.0.9:2376", { kind: "tcp", host: "10.0.0.9", port: 2376 }],
  ["tcp://engine", { kind: "tcp", host: "engine", port: 2375 }],
  ["tcp://[::1]:2375", { kind: "tcp", host: "::1", port: 2375 }],
] as const)("engineAddresses() wants %s and no other", (named, address) => {
  expect(engineAddresses("docker", { ...ENV, DOCKER_HOST: named })).toEqual([address]);
  expect(engineAddresses("podman", { ...ENV, CONTAINER_HOST: named })).toEqual([address]);
  expect(engineAddresses("podman", { ...ENV, DOCKER_HOST: named })).toHaveLength(2);
});

it("engineAddresses() says what it cannot talk to, without a password", () => {
  const addresses = (env: Record<string, string>) => () => engineAddresses("docker", env);
  expect(addresses({ DOCKER_HOST: "ssh://me:hunter2@box" })).toThrow(
    'DOCKER_HOST must be unix:///path or tcp://host:port: got "ssh://***@box"',
  );
  expect(addresses({ DOCKER_HOST: "tcp://me:hunter2@box" })).toThrow(/got "tcp:\/\/\*\*\*@box"/u);
  expect(addresses({ DOCKER_HOST: "tcp://box", DOCKER_TLS_VERIFY: "1" })).toThrow(/TLS/u);
});

it("engineAddresses() reads any text as an address or refuses it", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom("", "unix://", "tcp://", "unix:///"),
      (text, scheme) => {
        try {
          expect(engineAddresses("docker", { DOCKER_HOST: scheme + text }).length).toBeGreaterThan(
            0,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(ObservationError);
        }
      },
    ),
  );
});
