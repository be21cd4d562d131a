import { expect, it } from "vitest";
import { ConnectFailure, isConnectFailure, noEngine } from "./engine-failure.ts";

function failure(code: string, path: string): ConnectFailure {
  const cause = Object.assign(new Error(code), { code, syscall: "connect" });
  return new ConnectFailure({ kind: "socket", path }, cause);
}

it("noEngine() names what was tried, and the docker group where we may not enter", () => {
  const failures = [
    failure("EACCES", "/var/run/docker.sock"),
    failure("ENOENT", "/home/me/d.sock"),
  ];
  expect(noEngine("docker", failures).message).toBe(
    'no docker engine answers: tried /var/run/docker.sock (permission denied), /home/me/d.sock (not there); join the docker group (sudo usermod -aG docker "$USER", then log in again), or run as root',
  );
  expect(noEngine("podman", failures).message).toMatch(/run as the user whose engine it is/u);
});

it("noEngine() says how to start it, and where else to look", () => {
  expect(noEngine("docker", [failure("ECONNREFUSED", "/a")]).message).toBe(
    "no docker engine answers: tried /a (nobody listens); start the engine, or set DOCKER_HOST to its address",
  );
});

it("isConnectFailure() knows a failure to connect from one in the middle of an answer", () => {
  const error = (syscall: string): Error => Object.assign(new Error("x"), { syscall });
  expect(isConnectFailure(error("connect"))).toBe(true);
  expect(isConnectFailure(error("getaddrinfo"))).toBe(true);
  expect(isConnectFailure(error("read"))).toBe(false);
  expect(isConnectFailure(new Error("x"))).toBe(false);
  expect(isConnectFailure(null)).toBe(false);
});
