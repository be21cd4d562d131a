import { randomBytes } from "node:crypto";
import { dockerEngine, type DockerEngine } from "./docker.ts";
import type { Inspection } from "./container-lab.ts";
import { image } from "./images.ts";
import { upProject, type UpProject } from "./up-lab.ts";

/** A container that `clockwork up` keeps, and the engine that runs it. */
export interface UpContainer extends UpProject {
  readonly engine: DockerEngine;
  /** What its engine calls it. */
  readonly container: string;
  readonly inspect: () => Promise<Inspection & { readonly State: { readonly StartedAt: string } }>;
  /** Runs a command in it. */
  readonly inside: (...command: readonly string[]) => Promise<void>;
  readonly post: (path: string) => Promise<unknown>;
}

/** What its web server answers with at `/cgi-bin/health`: 500 once one of these files is there. */
const HEALTH = `#!/bin/sh
if test -e /tmp/until-restarted || test -e /until-recreated
then printf 'Status: 500 Broken\\r\\n\\r\\nbroken\\n'
else printf 'Status: 200 OK\\r\\n\\r\\nok\\n'
fi
`;

const SERVE = `rm -f /tmp/until-restarted
mkdir -p /tmp /www/cgi-bin
cat > /www/cgi-bin/health <<'END'
${HEALTH}END
chmod +x /www/cgi-bin/health
trap 'exit 0' TERM
httpd -p 80 -h /www
sleep 86400 & wait
`;

/** Declares a container with a web server in it, with options of its own. */
export async function upContainer(
  options: (port: number) => string,
  port: number,
): Promise<UpContainer> {
  const engine = await dockerEngine();
  const busybox = await image(engine, "busybox");
  const container = `cw-${randomBytes(6).toString("hex")}`;
  const source = `import { DockerResource } from "clockwork/resources";
import { ContainerRunningAssert, HealthcheckAssert } from "clockwork/assertions";
new DockerResource({
  name: "web",
  image: ${JSON.stringify(busybox)},
  containerName: "${container}",
  command: ["/bin/sh", "-c", ${JSON.stringify(SERVE)}],
  ports: ["127.0.0.1:${String(port)}:80"],
  reconcile: true,
  checkInterval: 2,
  ${options(port)}
});
`;
  const project = upProject(source, { env: { DOCKER_HOST: engine.host } });
  const post = (path: string): Promise<unknown> =>
    engine.request("POST", `/containers/${container}${path}`);
  return {
    ...{ ...project, engine, container, post },
    inspect: async () =>
      (await engine.request("GET", `/containers/${container}/json`)) as Awaited<
        ReturnType<UpContainer["inspect"]>
      >,
    inside: async (...command) => {
      const path = `/containers/${container}/exec`;
      const { Id: id } = (await engine.request("POST", path, { Cmd: command })) as { Id: string };
      await engine.request("POST", `/exec/${id}/start`, { Detach: true });
    },
  };
}
