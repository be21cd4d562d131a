import { describe, expect, it } from "vitest";
import { mayHaveDocker } from "../support/docker.ts";
import { freePort } from "../support/ports.ts";
import { upContainer } from "../support/up-containers.ts";
import { WATCHING_MS } from "../support/up-lab.ts";

const ANSWERS = (port: number): string =>
  `assertions: [new ContainerRunningAssert(), new HealthcheckAssert({ url: "http://127.0.0.1:${String(port)}/cgi-bin/health" })],`;

describe.skipIf(!mayHaveDocker())("clockwork up and a container", () => {
  it(
    "brings it back when it is killed, stopped or removed, each time once, and verifies it",
    async () => {
      await using project = await upContainer(ANSWERS, await freePort());
      const up = project.up();
      await up.until(/\/web unknown -> healthy/u);
      const { Id: first } = await project.inspect();
      await project.post("/kill");
      await up.until(/\[failure\] \S+ web is unhealthy/u);
      await up.until(/\[resolved\] \S+ web was repaired by 1 attempt/u);
      expect(await project.inspect()).toMatchObject({ Id: first, State: { Status: "running" } });
      await project.post("/stop?t=1");
      await up.until(/\[failure\] \S+ web is unhealthy/u);
      await up.until(/\[resolved\] \S+ web was repaired by 1 attempt/u);
      expect(await project.inspect()).toMatchObject({ Id: first, State: { Status: "running" } });
      await project.engine.request("DELETE", `/containers/${first}?force=1`);
      await up.until(/\[failure\] \S+ web is unhealthy/u);
      await up.until(/\[resolved\] \S+ web was repaired by 1 attempt/u);
      const third = await project.inspect();
      expect(third).toMatchObject({ State: { Status: "running" } });
      expect(third.Id).not.toBe(first);
      const { repairs } = await project.ask((control) => control.explain("web"));
      expect(repairs.map(({ outcome }) => outcome)).toEqual(["repaired", "repaired", "repaired"]);
      expect(await up.stop()).toBe(0);
      expect(await project.inspect()).toMatchObject({ Id: third.Id, State: { Status: "running" } });
    },
    WATCHING_MS,
  );

  it(
    "restarts it when it runs and does not answer well, and makes a new one when that does not help",
    async () => {
      await using project = await upContainer(ANSWERS, await freePort());
      const up = project.up();
      await up.until(/\/web unknown -> healthy/u);
      const before = await project.inspect();
      await project.inside("touch", "/tmp/until-restarted");
      await up.until(/\/web failing 1 of 3: expected 200, got 500/u);
      await up.until(/\/web repair started: restart, attempt 1/u);
      await up.until(/\/web repair ended: restart helped/u);
      await up.until(/\[resolved\] \S+ web was repaired by 1 attempt/u);
      const restarted = await project.inspect();
      expect(restarted.Id).toBe(before.Id);
      expect(restarted.State.StartedAt).not.toBe(before.State.StartedAt);

      await project.inside("touch", "/until-recreated");
      await up.until(/\/web repair started: restart, /u);
      await up.until(/\/web repair ended: restart did not help/u);
      await up.until(/\/web repair started: recreate, /u);
      await up.until(/\/web repair ended: recreate helped/u);
      await up.until(/\[resolved\] \S+ web was repaired by \d attempts/u);
      expect((await project.inspect()).Id).not.toBe(before.Id);
      expect(await up.stop()).toBe(0);
    },
    WATCHING_MS,
  );
});
