/**
 * Stands in for Apple's `container`, as far as its command reference tells: `node apple-stand-in.ts <folder> <arguments>`. What
 * it knows is kept in files of that folder, one for each container and volume. Images are those that have `here` in their name,
 * and `slow` ones can be fetched.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Kept {
  status: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  networks: readonly unknown[];
}

const [folder = "", ...args] = process.argv.slice(2);
const GIB = 1_073_741_824;

function fail(message: string): never {
  process.stderr.write(`Error: ${message}\n`);
  process.exit(1);
}

function fileOf(kind: string, name: string): string {
  return join(folder, `${kind}-${name}.json`);
}

function read(kind: string, name: string): unknown {
  const path = fileOf(kind, name);
  if (!existsSync(path)) fail(`notFound: "${kind} with ID ${name} not found"`);
  return JSON.parse(readFileSync(path, "utf8"));
}

function all(kind: string): readonly unknown[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown);
}

function print(value: unknown): void {
  process.stdout.write(JSON.stringify(value));
}

// Options, each with a value, stand before everything else.
function optionsOf(words: readonly string[]): {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
} {
  const options = new Map<string, readonly string[]>();
  let index = 0;
  for (; words[index]?.startsWith("--") === true; index += 2) {
    const [name = "", value = ""] = words.slice(index);
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return { options, rest: words.slice(index) };
}

function pairs(list: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map((text) => text.split(/=(.*)/su, 2) as [string, string]));
}

function portOf(text: string): unknown {
  const { address, host, container, proto } =
    /^(?:(?<address>.+):)?(?<host>\d+):(?<container>\d+)\/(?<proto>\w+)$/u.exec(text)?.groups ??
    fail(`invalid publish value ${text}`);
  const hostAddress = address ?? "0.0.0.0";
  return { hostAddress, hostPort: Number(host), containerPort: Number(container), proto, count: 1 };
}

function mountOf(text: string): unknown {
  const [source = "", destination = "", mode] = text.split(":");
  const options = mode === undefined ? [] : [mode];
  if (source.startsWith("/")) return { type: { virtiofs: {} }, source, destination, options };
  const type = { volume: { name: source, format: "ext4" } };
  return { type, source: `/volumes/${source}/volume.img`, destination, options };
}

function valued(text: string): string {
  return text.includes("=") ? text : `${text}=${process.env[text] ?? fail(`${text} is not set`)}`;
}

function create(words: readonly string[]): void {
  const { options, rest } = optionsOf(words);
  const listed = (name: string): readonly string[] => options.get(name) ?? [];
  const [reference = fail("no image"), ...command] = rest;
  if (!reference.includes("here") && !existsSync(fileOf("image", "fetched"))) fail("image missing");
  const [id = fail("no name")] = listed("--name");
  if (existsSync(fileOf("container", id))) fail(`exists: "container already exists: ${id}"`);
  const [memory = "1024M"] = listed("--memory");
  const [cpus = "4"] = listed("--cpus");
  const configuration = {
    id,
    image: { reference },
    labels: pairs(listed("--label")),
    publishedPorts: listed("--publish").map(portOf),
    mounts: listed("--volume").map(mountOf),
    networks: (listed("--network").length === 0 ? ["default"] : listed("--network")).map(
      (network) => ({ network }),
    ),
    resources: { cpus: Number(cpus), memoryInBytes: (Number.parseInt(memory, 10) / 1024) * GIB },
    initProcess: {
      executable: "/entry",
      arguments: command.length === 0 ? ["of-the-image"] : command,
      environment: ["PATH=/bin", ...listed("--env").map(valued)],
    },
  };
  writeFileSync(
    fileOf("container", id),
    JSON.stringify({ status: "stopped", configuration, networks: [] }),
  );
  process.stdout.write(`${id}\n`);
}

function setStatus(name: string, status: string): void {
  const container = read("container", name) as Kept;
  const networks = (container.configuration["networks"] as { network: string }[]).map(
    ({ network }) => ({ network, address: "192.168.64.3/24" }),
  );
  container.status = status;
  container.networks = status === "running" ? networks : [];
  writeFileSync(fileOf("container", name), JSON.stringify(container));
}

function deleteOne(kind: string, name: string): void {
  read(kind, name);
  rmSync(fileOf(kind, name));
}

function image([verb, reference = ""]: readonly string[]): void {
  const isHere = reference.includes("here") || existsSync(fileOf("image", "fetched"));
  if (verb === "inspect" && !isHere) fail("image not found");
  if (verb !== "pull") return;
  if (!reference.includes("slow")) fail(`unknown registry of ${reference}`);
  writeFileSync(fileOf("image", "fetched"), "{}");
}

function volume([verb, ...words]: readonly string[]): void {
  const { options, rest } = optionsOf(words);
  const [name = ""] = rest;
  if (verb === "inspect") print([read("volume", name)]);
  else if (verb === "delete") deleteOne("volume", name);
  else if (existsSync(fileOf("volume", name))) fail(`volume '${name}' already exists`);
  else {
    const labels = pairs(options.get("--label"));
    writeFileSync(fileOf("volume", name), JSON.stringify({ name, labels }));
  }
}

function main([verb, ...words]: readonly string[]): void {
  const name = words.at(-1) ?? "";
  const verbs: Readonly<Record<string, () => void>> = {
    ["--version"]: () => process.stdout.write("container CLI version 0.6.0\n"),
    ls: () => {
      print(all("container"));
    },
    inspect: () => {
      print([read("container", name)]);
    },
    create: () => {
      create(words);
    },
    start: () => {
      setStatus(name, "running");
    },
    stop: () => {
      setStatus(name, "stopped");
    },
    delete: () => {
      deleteOne("container", name);
    },
    image: () => {
      image(words);
    },
    network: () => {
      print([{ id: "default" }, { id: "back" }]);
    },
    volume: () => {
      volume(words);
    },
    logs: () => process.stdout.write("one\ntwo\n"),
  };
  (verbs[verb ?? ""] ?? fail(`unknown command ${verb ?? ""}`))();
}

main(args);
