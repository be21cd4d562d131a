import { outputDetails } from "../../model/command-text.ts";
import { ObservationError } from "../../model/errors.ts";
import type { LifecycleScope, Live } from "../../model/lifecycle.ts";
import type { OptionProblem } from "../../model/options.ts";
import { redactor } from "../../model/redactor.ts";
import type { DeployWorld } from "../../ports/deploy-world.ts";
import type { FoundProgram } from "../../ports/supervisor-control.ts";
import { placeOf, programOf, wantedOf, type ProgramSubject } from "./supervisor-options.ts";
import { shownState } from "./supervisor-read.ts";

const LINES_LIMIT = 30;
/** Where supervisord finds programs when nobody says otherwise, and where servers are. */
const PROGRAM_FOLDERS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const EXECUTABLE = 0o111;
const LOOK_LIMIT_BYTES = 1_024;
const LOCAL = /^(?:unix:|https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?:[:/]|$))/u;

/**
 * Finds what would keep a program from being made: nowhere to write to, a name that somebody has, a user or a program that
 * does not exist, a secret that is not there.
 *
 * @param subject - The program.
 * @param _live - What stands there; it is looked at again.
 * @param world - The world.
 * @param scope - The project.
 * @returns Problems.
 * @throws {@link ObservationError} When supervisord cannot be asked.
 */
export async function verifyProgram(
  subject: ProgramSubject,
  _live: Live | null,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<readonly OptionProblem[]> {
  const control = await world.supervisorControl();
  const found = await control.find(placeOf(subject, scope.root), scope.signal);
  const { serverUrl } = subject.parameters;
  const isHere = serverUrl === null || LOCAL.test(serverUrl);
  const folder = found.path === null ? null : await control.writingProblem(found.path);
  const { missing } = await wantedOf(subject, world, scope);
  return [
    ...placeProblems(subject, found),
    ...(folder === null ? [] : [problemOf("configFolder", folder, "run as a user who may")]),
    ...[...missing].map(([name, reason]) => problemOf(`envVars.${name}`, reason, null)),
    ...(isHere ? await userProblems(subject, world, scope) : []),
    ...(isHere ? await commandProblems(subject, world, scope) : []),
  ];
}

function problemOf(
  property: string,
  message: string,
  hint: string | null,
  code: OptionProblem["code"] = "option-invalid",
): OptionProblem {
  return { code, property, message, hint };
}

function placeProblems(
  subject: ProgramSubject,
  { problem, hint, definedIn }: FoundProgram,
): readonly OptionProblem[] {
  const program = programOf(subject);
  const elsewhere = `${program} is defined in ${definedIn ?? ""}, which was not written for this`;
  return [
    ...(problem === null ? [] : [problemOf("configFolder", problem, hint, "option-missing")]),
    ...(definedIn === null
      ? []
      : [problemOf("program", elsewhere, "take its section out of there", "resource-foreign")]),
  ];
}

async function userProblems(
  { parameters: { user } }: ProgramSubject,
  world: DeployWorld,
  { signal }: LifecycleScope,
): Promise<readonly OptionProblem[]> {
  if (user === null || /^\d+$/u.test(user)) return [];
  const commands = await world.commands();
  const command = ["id", "-u", "--", user];
  try {
    const { exitCode } = await commands.run(command, { signal, limitBytes: LOOK_LIMIT_BYTES });
    return exitCode === 1 ? [problemOf("user", `no account is called ${user}`, null)] : [];
  } catch (error) {
    // Without that program nobody knows.
    if (error instanceof ObservationError) return [];
    throw error;
  }
}

async function commandProblems(
  { parameters: { command, envVars } }: ProgramSubject,
  world: DeployWorld,
  { signal }: LifecycleScope,
): Promise<readonly OptionProblem[]> {
  const [program = ""] = command ?? [];
  const path = envVars["PATH"] ?? PROGRAM_FOLDERS;
  // What has a path of its own may be made by another resource.
  if (program.includes("/") || typeof path !== "string") return [];
  const files = await world.files();
  for (const folder of path.split(":")) {
    const status = await files.status(`${folder}/${program}`, signal);
    if (status?.type === "file" && (status.mode & EXECUTABLE) !== 0) return [];
  }
  const message = `${program} is in none of ${path.replaceAll(":", ", ")}`;
  return [problemOf("command", message, "write its whole path")];
}

/**
 * Finds out why a program does not run: its state, and the end of what it has written.
 *
 * @param subject - The program.
 * @param world - The world.
 * @param scope - The project.
 * @returns At most 30 lines, without secrets.
 * @throws {@link ObservationError} When supervisord cannot be asked.
 */
export async function diagnoseProgram(
  subject: ProgramSubject,
  world: DeployWorld,
  scope: LifecycleScope,
): Promise<readonly string[]> {
  const control = await world.supervisorControl();
  const { address, program, ...place } = placeOf(subject, scope.root);
  const { info } = await control.find({ address, program, ...place }, scope.signal);
  if (info === null) return [];
  const { secrets } = await wantedOf(subject, world, scope);
  const redact = redactor(secrets);
  const { stdout, stderr } = await control.logTail(address, program, scope.signal);
  const logs = outputDetails({ stdout: redact(stdout), stderr: redact(stderr) });
  const lines = logs === "" ? [] : logs.split("\n");
  return [`${program}: ${redact(shownState(info))}`, ...lines].slice(0, LINES_LIMIT);
}
