import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { DockerEngine } from "./docker.ts";
import { testFolder } from "./folder.ts";
import { needProgram } from "./programs.ts";

const run = promisify(execFile);

/** The images that tests make themselves: no registry is asked. Each holds BusyBox and its shell, too. */
export type ImageName = keyof typeof IMAGES;

interface Image {
  /** Programs of this machine, which bring their libraries. */
  readonly programs: readonly string[];
  readonly folders: readonly string[];
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines of a Dockerfile. */
  readonly changes: readonly string[];
}

const NGINX_CONFIGURATION = `
user root;
daemon off;
worker_processes 1;
error_log /dev/stderr;
pid /run/nginx.pid;
events { worker_connections 64; }
http {
  access_log /dev/stdout;
  default_type text/plain;
  server {
    listen 80;
    location = /health { return 200 "ok\\n"; }
    location / { return 200 "hello\\n"; }
  }
}
`;

const IMAGES = {
  /** Waits until it is told to stop, and obeys at once. */
  busybox: {
    programs: [],
    folders: ["www"],
    files: { "www/index.html": "hello\n" },
    changes: ['CMD ["/bin/sh", "-c", "trap \'exit 0\' TERM; sleep 86400 & wait"]'],
  },
  /** Serves on port 6379, without a password. */
  redis: {
    programs: ["redis-server", "redis-cli"],
    folders: ["data"],
    files: {},
    changes: [
      "WORKDIR /data",
      "EXPOSE 6379",
      'CMD ["redis-server", "--protected-mode", "no", "--save", ""]',
    ],
  },
  /** Serves on port 80: 200 everywhere, `ok` at `/health`. */
  nginx: {
    programs: ["nginx"],
    folders: ["run", "var/lib/nginx", "var/log/nginx"],
    files: { "etc/nginx/nginx.conf": NGINX_CONFIGURATION },
    changes: ["EXPOSE 80", 'CMD ["nginx"]'],
  },
} as const satisfies Record<string, Image>;

const ACCOUNTS = {
  "etc/passwd": "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  "etc/group": "root:x:0:\nnogroup:x:65534:\n",
};

const REPOSITORY = "clockwork-test";

/**
 * Makes an image, unless the engine has this very one.
 *
 * @returns Its reference, whose tag follows from what is in it: `clockwork-test/redis:0f3c…`.
 */
export async function image(engine: DockerEngine, name: ImageName): Promise<string> {
  using root = testFolder();
  await fill(root.path, IMAGES[name]);
  const { stdout: tar } = await run(
    "tar",
    [
      ..."--create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner".split(" "),
      ...["--directory", root.path, "."],
    ],
    { encoding: "buffer", maxBuffer: 200_000_000 },
  );
  const changes = IMAGES[name].changes.map((change) => `&changes=${encodeURIComponent(change)}`);
  const tag = createHash("sha256").update(tar).update(changes.join("")).digest("hex").slice(0, 16);
  const repository = `${REPOSITORY}/${name}`;
  if (!(await hasImage(engine, `${repository}:${tag}`))) {
    const query = `fromSrc=-&repo=${repository}&tag=${tag}${changes.join("")}`;
    await engine.request("POST", `/images/create?${query}`, tar);
  }
  return `${repository}:${tag}`;
}

async function hasImage(engine: DockerEngine, reference: string): Promise<boolean> {
  const filters = encodeURIComponent(JSON.stringify({ reference: [reference] }));
  const images = await engine.request("GET", `/images/json?filters=${filters}`);
  return Array.isArray(images) && images.length > 0;
}

async function fill(root: string, { programs, folders, files }: Image): Promise<void> {
  for (const folder of ["bin", "tmp", ...folders])
    mkdirSync(join(root, folder), { recursive: true });
  for (const [path, text] of Object.entries({ ...ACCOUNTS, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const busybox = needProgram("busybox");
  copyFileSync(busybox, join(root, "bin/busybox"));
  const { stdout: applets } = await run(busybox, ["--list"]);
  for (const applet of applets.trim().split("\n")) {
    if (applet !== "busybox") symlinkSync("busybox", join(root, "bin", applet));
  }
  for (const file of programs.map((program) => needProgram(program))) {
    copyFileSync(file, join(root, "bin", basename(file)));
    for (const library of await librariesOf(file)) {
      mkdirSync(dirname(join(root, library)), { recursive: true });
      copyFileSync(library, join(root, library));
    }
  }
}

async function librariesOf(file: string): Promise<string[]> {
  const { stdout } = await run("ldd", [file]);
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/gu)].map(([, path = ""]) => path);
}
