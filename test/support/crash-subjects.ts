import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { dockerEngine } from "./docker.ts";
import { testRepository } from "./git.ts";
import { image } from "./images.ts";
import { hasPart } from "./parts.ts";
import { processesWith } from "./projects.ts";
import { startSupervisord } from "./supervisord.ts";

/** What a resource is like, one after the other. */
export type Stage = "first" | "changed" | "replaced";

/** Something that is deployed while the command is killed. */
export interface CrashSubject extends AsyncDisposable {
  /** The stages that this kind has. */
  readonly stages: readonly Stage[];
  /** A resource called `subject`, as code. */
  readonly declare: (stage: Stage) => string;
  /** Everything that is there of it, leftovers included, in a fixed order. */
  readonly census: () => Promise<readonly string[]>;
  /** What is to be there; nothing once it is destroyed. */
  readonly expected: (stage: Stage | null) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Opens a subject of a kind, in a folder of its own. */
export type OpenSubject = (folder: string) => Promise<CrashSubject> | CrashSubject;

const NOTHING = { [Symbol.asyncDispose]: () => Promise.resolve() };

/** Every kind that can be deployed on this machine. */
export const CRASH_SUBJECTS: Readonly<Record<string, OpenSubject>> = {
  file,
  directory,
  ["template-file"]: template,
  command,
  process: processSubject,
  ...(hasPart("git", ["--version"]) ? { ["git-repo"]: gitRepo } : {}),
  ...(hasPart("supervisord") ? { ["supervisor-program"]: supervisorProgram } : {}),
  ...(hasPart("docker") ? { docker } : {}),
};

function filesOf(folder: string): readonly string[] {
  const own = /^(?:main\.ts|clockwork\.yaml|\.clockwork|anchor|kept)$/u;
  return readdirSync(folder)
    .filter((name) => !own.test(name))
    .toSorted()
    .map((name) => {
      const path = join(folder, name);
      return statSync(path).isFile() ? `${name}: ${readFileSync(path, "utf8")}` : name;
    });
}

function file(folder: string): CrashSubject {
  const path = { first: "a.txt", changed: "a.txt", replaced: "b.txt" };
  const content = { first: "first", changed: "second", replaced: "second" };
  return {
    ...NOTHING,
    stages: ["first", "changed", "replaced"],
    declare: (stage) =>
      `new FileResource({ name: "subject", path: ${JSON.stringify(path[stage])}, content: ${JSON.stringify(content[stage])} })`,
    census: () => Promise.resolve(filesOf(folder)),
    expected: (stage) => (stage === null ? [] : [`${path[stage]}: ${content[stage]}`]),
  };
}

function directory(folder: string): CrashSubject {
  const path = { first: "a", changed: "a", replaced: "b" };
  return {
    ...NOTHING,
    stages: ["first", "changed", "replaced"],
    declare: (stage) =>
      `new DirectoryResource({ name: "subject", path: ${JSON.stringify(path[stage])}, mode: ${stage === "first" ? '"0755"' : '"0700"'} })`,
    census: () => Promise.resolve(filesOf(folder)),
    expected: (stage) => (stage === null ? [] : [path[stage]]),
  };
}

function template(folder: string): CrashSubject {
  const port = { first: 1, changed: 2, replaced: 2 };
  return {
    ...NOTHING,
    stages: ["first", "changed"],
    declare: (stage) =>
      `new TemplateFileResource({ name: "subject", path: "a.ini", template: "port={{ port }}", variables: { port: ${String(port[stage])} } })`,
    census: () => Promise.resolve(filesOf(folder)),
    expected: (stage) => (stage === null ? [] : [`a.ini: port=${String(port[stage])}`]),
  };
}

function command(folder: string): CrashSubject {
  const mode = { first: "644", changed: "600", replaced: "600" };
  const script = (stage: Stage): string => `printf ${mode[stage]} > made.txt`;
  return {
    ...NOTHING,
    stages: ["first", "changed"],
    declare: (stage) => `new CommandResource({
      name: "subject",
      check: ["grep", "-q", ${JSON.stringify(mode[stage])}, "made.txt"],
      apply: ["sh", "-c", ${JSON.stringify(script(stage))}],
      destroy: ["rm", "-f", "made.txt"],
      assertions: [new FileExistsAssert({ path: "made.txt" })],
    })`,
    census: () => Promise.resolve(filesOf(folder)),
    expected: (stage) => (stage === null ? [] : [`made.txt: ${mode[stage]}`]),
  };
}

function processSubject(folder: string): CrashSubject {
  const word = { first: "one", changed: "two", replaced: "two" };
  const mark = (stage: Stage): string => `${folder}/${word[stage]}`;
  const running = (): readonly string[] =>
    processesWith(folder)
      .filter((line) => line.includes("-e setInterval"))
      .map((line) => line.replace(/^.*\//u, ""));
  return {
    ...NOTHING,
    stages: ["first", "changed"],
    declare: (stage) =>
      `new ProcessResource({ name: "subject", command: [${JSON.stringify(process.execPath)}, "-e", "setInterval(() => 0, 1e6)", ${JSON.stringify(mark(stage))}], stopGrace: 2 })`,
    census: () => Promise.resolve(running()),
    expected: (stage) => (stage === null ? [] : [word[stage]]),
  };
}

function gitRepo(folder: string): CrashSubject {
  const remote = testRepository(join(folder, "kept", "remote"));
  for (const name of ["one", "two"]) {
    remote.commit({ "a.txt": name });
    remote.git("tag", name);
  }
  const tag = { first: "one", changed: "two", replaced: "two" };
  return {
    ...NOTHING,
    stages: ["first", "changed"],
    declare: (stage) =>
      `new GitRepoResource({ name: "subject", url: ${JSON.stringify(remote.url)}, path: "copy", tag: "${tag[stage]}" })`,
    census: () => {
      const head = existsSync(join(folder, "copy", ".git"))
        ? [`at ${readFileSync(join(folder, "copy", "a.txt"), "utf8")}`]
        : [];
      return Promise.resolve([...filesOf(folder), ...head]);
    },
    expected: (stage) => (stage === null ? [] : ["copy", `at ${tag[stage]}`]),
  };
}

async function supervisorProgram(folder: string): Promise<CrashSubject> {
  const supervisord = await startSupervisord({
    programs: `[include]\nfiles = ${folder}/kept/*.conf`,
  });
  const seconds = { first: "1000001", changed: "1000002", replaced: "1000002" };
  return {
    stages: ["first", "changed"],
    declare: (stage) =>
      `new SupervisorProgramResource({ name: "subject", command: ["sleep", "${seconds[stage]}"], serverUrl: ${JSON.stringify(supervisord.serverUrl)}, configFolder: "kept" })`,
    census: () =>
      Promise.resolve(
        // Not those of containers, which sleep as long.
        processesWith("sleep 100000").flatMap((line) => /sleep 100000[12]$/u.exec(line)?.[0] ?? []),
      ),
    expected: (stage) => (stage === null ? [] : [`sleep ${seconds[stage]}`]),
    [Symbol.asyncDispose]: () => supervisord[Symbol.asyncDispose](),
  };
}

async function docker(folder: string): Promise<CrashSubject> {
  const engine = await dockerEngine();
  const busybox = await image(engine, "busybox");
  const name = `crash-${folder.replace(/.*-/u, "").toLowerCase()}`;
  const env = { first: "one", changed: "one", replaced: "two" };
  const memory = { first: 32, changed: 48, replaced: 48 };
  const all = async (): Promise<readonly string[]> => {
    const list = (await engine.request("GET", "/containers/json?all=1")) as {
      readonly Names: readonly string[];
      readonly State: string;
      readonly Id: string;
    }[];
    const own = list.filter(({ Names: names }) => names.some((entry) => entry.includes(name)));
    return await Promise.all(
      own.map(async ({ Names: names, State: state, Id: id }) => {
        const inspected = (await engine.request("GET", `/containers/${id}/json`)) as {
          readonly Config: { readonly Env: readonly string[] };
          readonly HostConfig: { readonly Memory: number };
        };
        const stage = inspected.Config.Env.find((entry) => entry.startsWith("STAGE="));
        return `${String(names[0])} ${state} ${String(stage)} ${String(inspected.HostConfig.Memory / 1_048_576)}`;
      }),
    );
  };
  return {
    ...NOTHING,
    stages: ["first", "changed", "replaced"],
    declare: (stage) =>
      `new DockerResource({ name: "subject", containerName: "${name}", image: "${busybox}", command: ["sleep", "1000000"], envVars: { STAGE: "${env[stage]}" }, limits: { memoryMb: ${String(memory[stage])} } })`,
    census: all,
    expected: (stage) =>
      stage === null ? [] : [`/${name} running STAGE=${env[stage]} ${String(memory[stage])}`],
    env: { DOCKER_HOST: engine.host },
  };
}
