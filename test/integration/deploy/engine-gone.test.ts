import { createServer, connect, type Server, type Socket } from "node:net";
import { expect, it } from "vitest";
import { openDeployment } from "../../../src/app/deploy/open-deployment.ts";
import { openProject } from "../../../src/app/project/open-project.ts";
import { dockerEngine } from "../../support/docker.ts";
import { testFolder } from "../../support/folder.ts";
import { image } from "../../support/images.ts";
import { hasPart } from "../../support/parts.ts";

/** Stands before an engine, and can be gone from one moment to the next, as an engine that is restarted is. */
class Proxy implements AsyncDisposable {
  readonly path: string;
  readonly #to: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;

  constructor(path: string, to: string) {
    this.path = path;
    this.#to = to;
  }

  async open(): Promise<void> {
    const server = createServer((client) => {
      const engine = connect(this.#to);
      for (const socket of [client, engine]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
      }
      client.pipe(engine).pipe(client);
    });
    await new Promise<void>((resolve) => server.listen(this.path, resolve));
    this.#server = server;
  }

  close(): void {
    this.#server?.close();
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

it.runIf(hasPart("docker"))(
  "an engine that goes away in the middle of an apply is told, and the next apply comes to the end",
  async () => {
    const engine = await dockerEngine();
    using folder = testFolder();
    await using proxy = new Proxy(`${folder.path}/engine.sock`, engine.socketPath);
    await proxy.open();
    const name = `gone-${folder.path.replace(/.*-/u, "").toLowerCase()}`;
    const busybox = await image(engine, "busybox");
    folder.write(
      "main.ts",
      `import { DockerResource } from "clockwork/resources";
new DockerResource({ name: "web", containerName: "${name}", image: "${busybox}" });`,
    );
    const before = process.env["DOCKER_HOST"];
    process.env["DOCKER_HOST"] = `unix://${proxy.path}`;
    try {
      const project = await openProject(folder.path);
      const broken = await project.apply({
        onEvent: (event) => {
          if (event.type === "note" && event.text.includes("not started yet")) proxy.close();
        },
      });
      expect(broken.status).toBe("failed");
      expect(broken.results[0]?.problems.join("\n")).toMatch(
        /engine[\s\S]*next apply tries again/u,
      );
      await using deployment = await openDeployment(folder.path);
      expect((await deployment.lockStatus()).openSteps).toBe(1);
      await expect(project.apply({ mayRetry: true })).rejects.toMatchObject({
        message: expect.stringContaining("no docker engine answers") as string,
      });
      await proxy.open();
      const mended = await project.apply({ mayRetry: true });
      expect(["deployed", "unchanged"]).toContain(mended.status);
      expect((await deployment.lockStatus()).openSteps).toBe(0);
      const list = (await engine.request("GET", "/containers/json")) as { Names: string[] }[];
      expect(list.filter(({ Names: names }) => names.includes(`/${name}`))).toHaveLength(1);
      expect((await project.destroy()).status).toBe("deployed");
    } finally {
      if (before === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = before;
    }
  },
  120_000,
);
