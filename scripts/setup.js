/**
 * Installs the dependencies when they are missing or not those of package-lock.json; `npm start`, `npm test` and their
 * like run it first. When all is in place it is silent and quick.
 *
 * It runs under whatever Node the machine has, with nothing installed: plain JavaScript, Node's own modules, and
 * nothing younger than Node 14, so that an old Node gets as far as telling what is needed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { renameSync, rmdirSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 20;
const OWN_MAJOR = 24;

/** What a person's settings might leave out, and all of it is needed here. */
const INCLUDE = ["--include=dev", "--include=optional", "--include=peer"];
const QUIET = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];

const POLL_MS = 100;
const LIMIT_WAIT_MS = 600_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A reason to give up that a person can mend. */
class SetupError extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Reads a JSON object; what is not there, or is no such thing, has no fields. */
function readObject(path) {
  try {
    return Object(JSON.parse(readFileSync(join(root, path), "utf8")));
  } catch {
    return {};
  }
}

function readPackages(path) {
  return new Map(Object.entries(Object(readObject(path).packages)));
}

/** Tells whether npm has installed what the lock file wants; optional packages of other platforms may be missing. */
function isInstalled(wanted) {
  const present = readPackages("node_modules/.package-lock.json");
  const isStale = [...present.keys()].some((path) => !wanted.has(path));
  const isMissing = [...wanted].some(([path, entry]) => {
    if (path === "") return false;
    const found = present.get(path);
    return found === undefined ? entry?.optional !== true : found?.version !== entry?.version;
  });
  return !isStale && !isMissing;
}

/** Tells whether the package `node` has its binary, which comes by an install script that npm may have left out. */
function hasOwnNode(wanted) {
  if (!wanted.has("node_modules/node")) return true;
  const binary = process.platform === "win32" ? "node.exe" : "node";
  return (
    Number.parseInt(readObject("node_modules/node/package.json").version, 10) >= OWN_MAJOR &&
    existsSync(join(root, "node_modules/node/bin", binary))
  );
}

function isInPlace() {
  const wanted = readPackages("package-lock.json");
  // Every lock file has an entry for the project itself: without it npm has to say what is wrong with the file.
  return wanted.has("") && isInstalled(wanted) && hasOwnNode(wanted);
}

/**
 * Waits until no other process installs into this folder, and keeps the next ones waiting.
 *
 * The lock is a folder that holds one file, named by the process id of its owner. It is made under another name and
 * then renamed, which works only onto nothing or onto an empty folder. So it is never seen without its owner, and who
 * takes over from a dead process, by removing that one file, cannot take the lock of a living one.
 */
async function takeLock() {
  const { createHash } = await import("node:crypto");
  const { tmpdir } = await import("node:os");
  const key = `${realpathSync(root)} ${process.getuid?.() ?? ""}`;
  const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
  const lock = join(tmpdir(), `clockwork-setup-${name}`);
  const deadline = Date.now() + LIMIT_WAIT_MS;
  let isTold = false;
  while (!tryLock(lock)) {
    const owner = ownerOf(lock);
    if (!isAlive(owner)) {
      removeLock(lock, owner);
    } else if (Date.now() > deadline) {
      throw new SetupError(`Process ${owner} still installs. If it does not, remove ${lock}`, 1);
    } else if (!isTold) {
      say(`Waiting for process ${owner}, which installs the dependencies …`);
      isTold = true;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return lock;
}

function tryLock(lock) {
  const owner = String(process.pid);
  const own = `${lock}.${owner}`;
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, owner), "");
  try {
    renameSync(own, lock);
    return true;
  } catch (error) {
    removeLock(own, owner);
    if (["ENOTEMPTY", "EEXIST", "EPERM"].includes(error.code)) return false;
    throw error;
  }
}

/** Reads who holds a lock; empty when it was released meanwhile. */
function ownerOf(lock) {
  try {
    return readdirSync(lock)[0] ?? "";
  } catch {
    return "";
  }
}

function isAlive(owner) {
  const pid = Number(owner);
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function removeLock(lock, owner) {
  try {
    if (owner !== "") unlinkSync(join(lock, owner));
    rmdirSync(lock);
  } catch {
    // Somebody else was first, or has it by now.
  }
}

/** Runs `npm ci`, with the npm that runs this script if one does, and tells its exit code. */
async function runNpm() {
  const { spawn } = await import("node:child_process");
  const { constants } = await import("node:os");
  const path = process.env.npm_execpath ?? "";
  // Other package managers set it too.
  const isNpm = basename(path).startsWith("npm");
  // Ours may be the Node that is about to be replaced; npm's own is not.
  const command = isNpm ? process.env.npm_node_execpath || process.execPath : "npm";
  const options = {
    cwd: root,
    shell: !isNpm && process.platform === "win32",
    stdio: ["ignore", "ignore", "inherit"],
  };
  let child;
  let interruption = null;
  const forward = (signal) => {
    interruption = signal;
    child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  try {
    return await new Promise((resolve, reject) => {
      child = spawn(command, [...(isNpm ? [path] : []), "ci", ...INCLUDE, ...QUIET], options);
      child.once("exit", (code, signal) => {
        const end = interruption ?? signal;
        if (end === null) resolve(code);
        else
          reject(new SetupError(`npm ci was interrupted by ${end}.`, 128 + constants.signals[end]));
      });
      child.once("error", (error) => {
        const advice = "Install it together with Node.";
        reject(new SetupError(`npm cannot be run: ${error.message}. ${advice}`, 127));
      });
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

async function install() {
  say("Installing dependencies (npm ci) …");
  const startedMs = Date.now();
  const code = await runNpm();
  if (code !== 0) {
    const advice =
      "See whether the registry answers (npm ping), then what fails (npm ci --loglevel=verbose).";
    throw new SetupError(`npm ci failed with exit code ${code}. ${advice}`, code);
  }
  if (!hasOwnNode(readPackages("package-lock.json"))) {
    const advice = "Run its install script: npm ci --ignore-scripts=false";
    throw new SetupError(`The package "node" did not bring Node ${OWN_MAJOR}. ${advice}`, 1);
  }
  say(`Installed in ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`);
}

async function main() {
  if (Number.parseInt(process.versions.node, 10) < NEEDED_MAJOR) {
    const needed = `Clockwork needs Node ${NEEDED_MAJOR} or newer to install itself`;
    const own = `(it brings its own Node ${OWN_MAJOR})`;
    throw new SetupError(`${needed} ${own}: this is ${process.version}`, 78);
  }
  if (isInPlace()) return;
  const lock = await takeLock();
  try {
    // Who had the lock before may have done it all.
    if (!isInPlace()) await install();
  } finally {
    removeLock(lock, String(process.pid));
  }
}

main().catch((error) => {
  say(error instanceof SetupError ? error.message : `Setting up failed: ${error.message}`);
  process.exitCode = error.exitCode ?? 1;
});
