import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { containerLab, dockerLifecycle } from "../../support/container-lab.ts";
import { fieldsOf, killEverywhere } from "../../support/git-lab.ts";
import { hasPart } from "../../support/parts.ts";
import { freePort } from "../../support/ports.ts";

const PATIENCE = { timeout: 15_000, interval: 50 };

describe.runIf(hasPart("docker"))("a container of Docker", () => {
  it("is made with everything that was declared, is in sync, and goes", async () => {
    await using lab = await containerLab();
    const port = await freePort();
    writeFileSync(`${lab.root}/secret`, "hunter2-hunter2\n");
    mkdirSync(`${lab.root}/site`);
    await lab.post("/networks/create", { Name: `${lab.name}-a`, CheckDuplicate: true });
    await lab.post("/networks/create", { Name: `${lab.name}-b`, CheckDuplicate: true });
    const subject = lab.subject({
      ports: [`127.0.0.1:${String(port)}:80`, "81/udp", 82],
      volumes: ["./site:/srv:ro", `${lab.name}-data:/data`],
      envVars: { MODE: "test", TOKEN: { secretFile: "secret" } },
      networks: [`${lab.name}-a`, `${lab.name}-b`],
      command: ["sh", "-c", "trap 'exit 0' TERM; sleep 86400 & wait"],
      labels: { "com.example.team": "a b" },
      limits: { memoryMb: 32, cpus: 0.5 },
      restartPolicy: "unless-stopped",
    });
    expect(await lab.read(subject)).toBeNull();
    const verify = dockerLifecycle.verify ?? expect.fail();
    expect(await verify(subject, null, lab.world, lab.scope())).toEqual([]);
    const physical = await lab.create(subject);
    const id = physical["id"] as string;
    expect(lab.notes).toContain("container made, not started yet");
    const live = await lab.read({ ...subject, physical });
    expect(live).toMatchObject({
      marks: subject.marks,
      physical,
      isComplete: true,
      progress: "running",
      differences: [],
      description: `container ${id.slice(0, 12)}, ${lab.busybox}, running`,
    });
    // Also where nothing is recorded, and made again it is the same one.
    expect((await lab.read(subject))?.differences).toEqual([]);
    expect(await lab.create(subject)).toEqual(physical);
    const listed = await dockerLifecycle.list?.(subject.marks.project, lab.world, lab.scope());
    expect(listed).toEqual([{ marks: subject.marks, physical }]);
    expect(JSON.stringify([live, listed, lab.notes])).not.toContain("hunter2");

    await lab.remove(subject);
    expect(await lab.names()).toEqual([]);
    await lab.remove(subject);
    const volume = await lab.engine.request("GET", `/volumes/${lab.name}-data`);
    expect(volume).toMatchObject({ Name: `${lab.name}-data` });
  });

  it("shows each difference, and no value that may be a secret", async () => {
    await using lab = await containerLab();
    writeFileSync(`${lab.root}/secret`, "hunter2-hunter2\n");
    const secret = { secretFile: "secret" };
    await lab.create(
      lab.subject({
        envVars: { KEPT: "same", PLAIN: "plain-value", SECRET: secret, GONE: "gone-value" },
        labels: { kept: "1", changed: "1", gone: "1" },
        command: ["sleep", "1000"],
        ports: [80],
      }),
    );
    writeFileSync(`${lab.root}/secret`, "correct-horse\n");
    const live = await lab.read(
      lab.subject({
        image: "clockwork-test/other:1",
        envVars: { KEPT: "same", PLAIN: "two", SECRET: secret, NEW: secret },
        labels: { kept: "1", changed: "2" },
        ports: [81],
        volumes: ["data:/data"],
        networks: ["back"],
        limits: { cpus: 0.5 },
        restartPolicy: "always",
      }),
    );
    expect(fieldsOf(live)).toEqual({
      image: `${lab.busybox} → clockwork-test/other:1`,
      command: expect.stringMatching(/^sleep 1000 → \/bin\/sh -c trap/u) as string,
      ports: "80 → 81",
      volumes: "none → data:/data",
      networks: "bridge → back",
      ["envVars.PLAIN"]: "*** → two",
      ["envVars.SECRET"]: "*** → ***",
      ["envVars.NEW"]: "none → ***",
      ["envVars.GONE"]: "*** → none",
      ["labels.changed"]: "1 → 2",
      ["labels.gone"]: "1 → none",
      ["limits.cpus"]: "none → 0.5",
      restartPolicy: "no → always",
    });
    expect(JSON.stringify(live)).not.toMatch(/hunter2|horse|-value/u);
  });

  it("has its limits and restart policy changed while it runs, also taken away", async () => {
    await using lab = await containerLab();
    const physical = await lab.create(lab.subject({ limits: { memoryMb: 32, cpus: 0.5 } }));
    const more = { limits: { memoryMb: 96, cpus: 0.25 }, restartPolicy: "always" };
    expect(fieldsOf(await lab.read(lab.subject(more)))).toEqual({
      ["limits.memoryMb"]: "32 → 96",
      ["limits.cpus"]: "0.5 → 0.25",
      restartPolicy: "no → always",
    });
    expect(await lab.update(lab.subject(more))).toEqual(physical);
    expect(await lab.read(lab.subject(more))).toMatchObject({ differences: [] });
    expect(await lab.inspect()).toMatchObject({ HostConfig: { Memory: 96 * 1_048_576 } });
    await lab.update(lab.subject());
    expect(await lab.read(lab.subject())).toMatchObject({ progress: "running", differences: [] });
    expect(await lab.inspect()).toMatchObject({ Id: physical["id"] });
  });

  it("is found to be stopped, paused, renamed or gone, and is started again", async () => {
    await using lab = await containerLab();
    const subject = lab.subject();
    const physical = await lab.create(subject);
    await lab.post(`/containers/${lab.name}/kill?signal=SIGKILL`);
    await vi.waitFor(async () => {
      const live = await lab.read(subject);
      expect(live?.progress).toBe("failed");
      expect(fieldsOf(live)).toEqual({ running: "exited with 137 → running" });
    }, PATIENCE);
    expect(await lab.update(subject)).toEqual(physical);
    await lab.post(`/containers/${lab.name}/pause`);
    expect(fieldsOf(await lab.read(subject))).toEqual({ running: "paused → running" });
    await lab.update(subject);
    expect(await lab.read(subject)).toMatchObject({ progress: "running", differences: [] });
    await lab.post(`/containers/${lab.name}/rename?name=${lab.name}-other`);
    expect(fieldsOf(await lab.read(subject))).toEqual({
      containerName: `${lab.name}-other → ${lab.name}`,
    });
    await lab.engine.request("DELETE", `/containers/${lab.name}-other?force=1`);
    expect(await lab.read({ ...subject, physical })).toBeNull();
  });

  it("that ran to its end with success is completed; one that did not is diagnosed", async () => {
    await using lab = await containerLab();
    writeFileSync(`${lab.root}/secret`, "hunter2-hunter2\n");
    const job = lab.subject({ command: ["true"] });
    await lab.create(job);
    await vi.waitFor(async () => {
      expect(await lab.read(job)).toMatchObject({ progress: "completed", differences: [] });
    }, PATIENCE);
    await lab.update(job);
    expect(await lab.read(job)).toMatchObject({ progress: "completed" });
    await lab.remove(job);
    const broken = lab.subject({
      command: ["sh", "-c", "echo with $TOKEN; exit 3"],
      envVars: { TOKEN: { secretFile: "secret" } },
    });
    await lab.create(broken);
    await vi.waitFor(async () => {
      expect(await lab.read(broken)).toMatchObject({ progress: "failed" });
    }, PATIENCE);
    expect(fieldsOf(await lab.read(broken))).toEqual({ running: "exited with 3 → running" });
    expect(await dockerLifecycle.diagnose?.(broken, lab.world, lab.scope())).toEqual([
      `container ${lab.name}: exited with 3`,
      "log: with ***",
    ]);
  });

  it("whose command does not exist says so", async () => {
    await using lab = await containerLab();
    const subject = lab.subject({ command: ["/no/such/program"] });
    await expect(lab.create(subject)).rejects.toMatchObject({
      name: "DeployError",
      message: expect.stringMatching(/could not start container .*no such file/u) as string,
    });
    expect(await lab.read(subject)).toMatchObject({ isComplete: false, progress: "failed" });
    await lab.remove(subject);
    expect(await lab.names()).toEqual([]);
  });

  it("that is killed anywhere while it is made or removed is driven on", async () => {
    await using lab = await containerLab();
    await lab.post("/networks/create", { Name: `${lab.name}-a`, CheckDuplicate: true });
    const subject = lab.subject({ networks: [`${lab.name}-a`, "bridge"] });
    expect(await killEverywhere((note) => lab.create(subject, { note }))).toBe(2);
    expect(await lab.names()).toEqual(["*"]);
    expect(await lab.read(subject)).toMatchObject({ progress: "running", differences: [] });
    expect(await killEverywhere((note) => lab.remove(subject, { note }))).toBe(2);
    expect(await lab.names()).toEqual([]);
  });
});
