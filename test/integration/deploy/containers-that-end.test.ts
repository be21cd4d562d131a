import { describe, expect, it, vi } from "vitest";
import { containerLab, dockerLifecycle } from "../../support/container-lab.ts";
import { fieldsOf, killEverywhere } from "../../support/git-lab.ts";
import { hasPart } from "../../support/parts.ts";
import { freePort } from "../../support/ports.ts";

const PATIENCE = { timeout: 15_000, interval: 50 };

describe.runIf(hasPart("docker"))("a container that does not run on", () => {
  it("gives its port to its replacement also while its engine starts it again and again", async () => {
    await using lab = await containerLab();
    const { setAside, bringBack } = dockerLifecycle;
    if (setAside === null || bringBack === null) expect.fail();
    const ports = [`127.0.0.1:${String(await freePort())}:80`];
    const old = lab.subject({ ports, command: ["false"], restartPolicy: "always" });
    await lab.create(old);
    // By then its engine waits for seconds before it starts it again.
    await vi.waitFor(async () => {
      const { RestartCount: count, State: state } = (await lab.engine.request(
        "GET",
        `/containers/${lab.name}/json`,
      )) as { RestartCount: number; State: { Status: string } };
      expect(count).toBeGreaterThanOrEqual(5);
      expect(state.Status).toBe("restarting");
    }, PATIENCE);
    const next = lab.subject({ ports }, { generation: 2 });
    await killEverywhere((note) => setAside(old, next, lab.world, lab.scope({ note })));
    expect(await lab.inspect(`${lab.name}.clockwork-1`)).toMatchObject({
      State: { Status: "exited" },
    });
    await lab.create(next);
    expect(await lab.read(next)).toMatchObject({ progress: "running", differences: [] });
    await lab.remove(next);
    await bringBack(old, lab.world, lab.scope());
    expect((await lab.inspect())?.State.Status).toMatch(/^(?:running|restarting)$/u);
  });

  it("gives its port to its replacement also while it is paused", async () => {
    await using lab = await containerLab();
    const setAside = dockerLifecycle.setAside ?? expect.fail();
    const ports = [`127.0.0.1:${String(await freePort())}:80`];
    const old = lab.subject({ ports });
    await lab.create(old);
    await lab.post(`/containers/${lab.name}/pause`);
    const next = lab.subject({ ports }, { generation: 2 });
    await killEverywhere((note) => setAside(old, next, lab.world, lab.scope({ note })));
    await lab.create(next);
    expect(await lab.read(next)).toMatchObject({ progress: "running", differences: [] });
  });

  it("has its work done once, also when its making is driven on after it has ended", async () => {
    await using lab = await containerLab();
    const job = lab.subject({ command: ["echo", "done"] });
    const physical = await lab.create(job);
    await vi.waitFor(async () => {
      expect(await lab.read(job)).toMatchObject({ progress: "completed" });
    }, PATIENCE);
    const before = await lab.engine.request("GET", `/containers/${lab.name}/json`);
    expect(await lab.create(job)).toEqual(physical);
    const after = await lab.engine.request("GET", `/containers/${lab.name}/json`);
    expect(after).toMatchObject({ State: (before as { State: object }).State });
  });

  it("for want of memory says so", async () => {
    await using lab = await containerLab();
    const hungry = lab.subject({ command: ["tail", "/dev/zero"], limits: { memoryMb: 16 } });
    await lab.create(hungry);
    await vi.waitFor(async () => {
      expect(await lab.read(hungry)).toMatchObject({ progress: "failed" });
    }, PATIENCE);
    expect(fieldsOf(await lab.read(hungry))).toEqual({
      running: "exited with 137, out of memory → running",
    });
    expect(await dockerLifecycle.diagnose?.(hungry, lab.world, lab.scope())).toEqual([
      `container ${lab.name}: exited with 137, out of memory`,
    ]);
  });

  it("as a folder that it sees is missing says how to mend it", async () => {
    await using lab = await containerLab();
    await expect(lab.create(lab.subject({ volumes: ["./site:/srv"] }))).rejects.toMatchObject({
      name: "DeployError",
      message: expect.stringContaining(`${lab.root}/site`) as string,
      hint: expect.stringContaining("DirectoryResource") as string,
    });
    expect(await lab.names()).toEqual([]);
  });
});
