import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { containerLab, dockerLifecycle } from "../../support/container-lab.ts";
import { killEverywhere } from "../../support/git-lab.ts";
import { hasPart } from "../../support/parts.ts";
import { freePort } from "../../support/ports.ts";

describe.runIf(hasPart("docker"))("the replacement of a container", () => {
  it("takes its place while the old one runs on, and either of them can stay", async () => {
    await using lab = await containerLab();
    const { setAside, bringBack } = dockerLifecycle;
    if (setAside === null || bringBack === null) expect.fail();
    const old = lab.subject();
    const physical = await lab.create(old);
    const next = lab.subject({ envVars: { A: "1" } }, { generation: 2 });
    await killEverywhere((note) => setAside(old, next, lab.world, lab.scope({ note })));
    expect(await lab.names()).toEqual(["*.clockwork-1"]);
    expect(await lab.read({ ...old, physical })).toMatchObject({ progress: "running" });
    await lab.create(next);
    expect(await lab.names()).toEqual(["*", "*.clockwork-1"]);
    expect(await lab.read(next)).toMatchObject({ marks: { generation: 2 }, differences: [] });

    await lab.remove(next);
    await killEverywhere((note) => bringBack(old, lab.world, lab.scope({ note })));
    expect(await lab.inspect()).toMatchObject({ Id: physical["id"], State: { Status: "running" } });
    expect(await lab.names()).toEqual(["*"]);

    await setAside(old, next, lab.world, lab.scope());
    await lab.create(next);
    await lab.remove({ ...old, physical });
    expect(await lab.names()).toEqual(["*"]);
    expect(await lab.read(next)).toMatchObject({ marks: { generation: 2 }, progress: "running" });
  });

  it("gets the port that the old one has, which is stopped for it and started again", async () => {
    await using lab = await containerLab();
    const { setAside, bringBack } = dockerLifecycle;
    if (setAside === null || bringBack === null) expect.fail();
    const ports = [`127.0.0.1:${String(await freePort())}:80`];
    const old = lab.subject({ ports });
    const physical = await lab.create(old);
    const next = lab.subject({ ports, envVars: { A: "1" } }, { generation: 2 });
    await killEverywhere((note) => setAside(old, next, lab.world, lab.scope({ note })));
    expect(await lab.inspect(`${lab.name}.clockwork-1`)).toMatchObject({
      State: { Status: "exited" },
    });
    await lab.create(next);
    await lab.remove(next);
    expect(await killEverywhere((note) => bringBack(old, lab.world, lab.scope({ note })))).toBe(1);
    expect(await lab.inspect()).toMatchObject({ Id: physical["id"], State: { Status: "running" } });
  });
});

describe.runIf(hasPart("docker"))("what is in the way of a container", () => {
  it("is somebody else's container, which is left alone until it is adopted", async () => {
    await using lab = await containerLab();
    const { capture, restore } = dockerLifecycle;
    if (capture === null || restore === null) expect.fail();
    await lab.post(`/containers/create?name=${lab.name}`, {
      Image: lab.busybox,
      Env: ["THEIRS=1"],
      HostConfig: { Memory: 33_554_432 },
    });
    const subject = lab.subject({ limits: { memoryMb: 48 } });
    const live = await lab.read(subject);
    expect(live).toMatchObject({
      marks: null,
      description: expect.stringMatching(/created, made (?:just now|\d+m ago)$/u) as string,
    });
    await expect(lab.create(subject)).rejects.toMatchObject({
      code: "resource-foreign",
      message: expect.stringContaining(lab.busybox) as string,
      hint: expect.stringContaining("adopt: true") as string,
    });
    await lab.remove(subject);
    if (live === null) expect.fail();
    const captured = await capture(subject, live, lab.world, lab.scope());
    const physical = await lab.update(subject);
    expect(await lab.read({ ...subject, physical })).toMatchObject({
      marks: subject.marks,
      progress: "running",
      differences: [],
    });
    const listed = await dockerLifecycle.list?.(subject.marks.project, lab.world, lab.scope());
    expect(listed).toEqual([{ marks: subject.marks, physical }]);
    await restore({ ...subject, physical }, captured, lab.world, lab.scope());
    expect(await lab.read(subject)).toMatchObject({ marks: null });
    expect(await lab.inspect()).toMatchObject({
      State: { Status: "exited" },
      HostConfig: { Memory: 33_554_432 },
    });
    await lab.update(subject);
    await lab.remove({ ...subject, physical });
    expect(await lab.names()).toEqual([]);
  });

  it("is who has its port: a process or another container, by name", async () => {
    await using lab = await containerLab();
    const verify = dockerLifecycle.verify ?? expect.fail();
    const port = await freePort();
    const subject = lab.subject({ ports: [81, `${String(port)}:80`] });
    const problems = (): Promise<unknown> => verify(subject, null, lab.world, lab.scope());
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    expect(await problems()).toMatchObject([
      {
        code: "claim-taken",
        property: "ports[1]",
        message: expect.stringMatching(/port \d+\/tcp .*, pid \d+ has/u) as string,
      },
    ]);
    await expect(lab.create(subject)).rejects.toMatchObject({
      code: "claim-taken",
      message: expect.stringContaining(`, pid ${String(process.pid)} has`) as string,
    });
    await new Promise((resolve) => server.close(resolve));
    await lab.create(subject);
    expect(await problems()).toEqual([]);
    const other = lab.subject(
      { ...subject.parameters, containerName: `${lab.name}-other` },
      { instance: "fedcba9876543210" },
    );
    expect(await verify(other, null, lab.world, lab.scope())).toMatchObject([
      {
        code: "claim-taken",
        message: expect.stringContaining(`container ${lab.name} has`) as string,
      },
    ]);
    await expect(lab.create(other)).rejects.toMatchObject({ code: "claim-taken" });
  });

  it("is an image, a network or a secret that is not there", async () => {
    await using lab = await containerLab();
    const verify = dockerLifecycle.verify ?? expect.fail();
    // Nobody listens there, so that no registry of the world is asked.
    const image = "127.0.0.1:1/missing:1";
    const envVars = { TOKEN: { secretFile: "nowhere" } };
    const subject = lab.subject({ image, networks: ["bridge", `${lab.name}-none`], envVars });
    expect(await verify(subject, null, lab.world, lab.scope())).toMatchObject([
      {
        code: "image-missing",
        property: "image",
        message: expect.stringMatching(/is not here, and its registry .*127\.0\.0\.1:1/u) as string,
      },
      { property: "networks[1]", message: `there is no network ${lab.name}-none` },
      { property: "envVars.TOKEN", message: expect.stringContaining("nowhere") as string },
    ]);
    await expect(lab.create(lab.subject({ image }))).rejects.toMatchObject({
      code: "image-missing",
    });
    await expect(lab.create(lab.subject({ envVars }))).rejects.toThrow("nowhere");
    expect(await lab.names()).toEqual([]);
  });
});

describe.runIf(hasPart("docker"))("the volumes of a container", () => {
  it("go with it only when data may be lost, and only where they were made with it", async () => {
    await using lab = await containerLab();
    await lab.post("/volumes/create", { Name: `${lab.name}-theirs` });
    const mounts = [`${lab.name}-theirs:/a`, `${lab.name}-own:/b`];
    const subject = lab.subject({ volumes: mounts });
    const names = async (): Promise<readonly string[]> => {
      const filter = encodeURIComponent(JSON.stringify({ name: [lab.name] }));
      const { Volumes: volumes } = (await lab.engine.request(
        "GET",
        `/volumes?filters=${filter}`,
      )) as {
        Volumes: { Name: string }[];
      };
      return volumes.map(({ Name: name }) => name.replace(lab.name, "*")).toSorted();
    };
    await lab.create(subject);
    await lab.remove(subject);
    expect(await names()).toEqual(["*-own", "*-theirs"]);
    await lab.create(subject);
    await killEverywhere((note) => lab.remove(subject, { note, mayDeleteData: true }));
    expect(await names()).toEqual(["*-theirs"]);
  });
});
