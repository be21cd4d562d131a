import { expect, it } from "vitest";
import { declare } from "../../../test/support/declared-resource.ts";
import { DockerResource } from "./docker.ts";

const { kind } = DockerResource;

it("DockerResource is a container of its own name, which must run", async () => {
  const { target, claims, parameters } = await declare(
    kind,
    { image: "nginx:alpine", ports: ["8080:80", "127.0.0.1:53:53/udp", 443] },
    "nginx-web",
  );
  expect(target).toMatchObject({
    resource: "nginx-web",
    kind: "docker",
    container: { engine: "docker", name: "nginx-web" },
    image: "nginx:alpine",
    ports: [
      { host: 8080, container: 80, protocol: "tcp" },
      { host: 53, container: 53, protocol: "udp", address: "127.0.0.1" },
      { host: 0, container: 443, protocol: "tcp" },
    ],
  });
  expect(claims).toEqual(["container nginx-web is running"]);
  expect(parameters).toMatchObject({ restartPolicy: "no", volumes: [], limits: null });
  expect(kind.checkIntervalSeconds).toBe(30);
});

it("DockerResource takes another name and podman", async () => {
  const options = { image: "redis", containerName: "cache-1", engine: "podman" };
  const { target } = await declare(kind, options);
  expect(target.container).toEqual({ engine: "podman", name: "cache-1" });
});

it("DockerResource keeps secrets as references", async () => {
  const envVars = { MODE: "test", PASSWORD: { secretEnv: "DB_PASSWORD" } };
  const { parameters } = await declare(kind, { image: "postgres", envVars });
  expect(parameters["envVars"]).toEqual(envVars);
});

it.each([
  [{ image: "" }, "must not be empty"],
  [{ image: "-rm" }, "name of an image"],
  [{ image: "a", ports: ["1:1", "99999:1"] }, "host port from 0 to 65535"],
  [{ image: "a", ports: "8080:80" }, "must be a list"],
  [{ image: "a", limits: { memoryMb: 1 } }, "integer of 6 or more"],
  [{ image: "a", restartPolicy: "sometimes" }, "one of"],
  [{ image: "a", command: "nginx -g" }, "must be a list"],
  [{ image: "a", containerName: "a b" }, "name of a container"],
  [{ image: "a", containerName: "a" }, "name of a container"],
])("DockerResource refuses %o", async (options, message) => {
  await expect(declare(kind, options)).rejects.toThrow(message);
});

it("DockerResource refuses what contradicts itself", async () => {
  const ports = ["8080:80", "8080:81"];
  await expect(declare(kind, { image: "a", ports })).rejects.toThrow(
    "publishes port 8080/tcp of this machine twice",
  );
  await expect(declare(kind, { image: "a" }, "a")).rejects.toThrow("name of a container");
  const labels = { ["clockwork.project"]: "mine" };
  await expect(declare(kind, { image: "a", labels })).rejects.toThrow("must not begin with");
});
