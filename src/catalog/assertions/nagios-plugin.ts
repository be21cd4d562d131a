import { assertion, type Judgement } from "../../model/assertion.ts";
import { ENVIRONMENT, resolveEnvironment } from "../../model/command-environment.ts";
import { shownCommand } from "../../model/command-text.ts";
import { excerpt } from "../../model/excerpt.ts";
import { figureMetrics, parseNagiosOutput } from "../../model/nagios-output.ts";
import { command } from "../../model/composite-types.ts";
import { redactor } from "../../model/redactor.ts";
import type { World } from "../../ports/world.ts";

/** Nagios itself keeps 8 KiB. */
const LIMIT_BYTES = 65_536;

/** Longer than the ten seconds that plugins give themselves: what they then say is worth more than our silence. */
const TIMEOUT_SECONDS = 15;

/** What an exit code says, by the guidelines for plugins. */
const STATES: ReadonlyMap<
  number,
  { readonly name: string } & Pick<Judgement, "verdict" | "severity">
> = new Map([
  [0, { name: "OK", verdict: "pass" }],
  [1, { name: "WARNING", verdict: "fail", severity: "warn" }],
  [2, { name: "CRITICAL", verdict: "fail" }],
  [3, { name: "UNKNOWN", verdict: "error" }],
]);

/**
 * A plugin of Nagios says OK. A WARNING only degrades its resource; UNKNOWN means that the plugin could not look.
 *
 * @example
 * ```ts
 * new NagiosPluginAssert({ command: ["/usr/lib/nagios/plugins/check_load", "-w", "5", "-c", "10"] });
 * ```
 */
export class NagiosPluginAssert extends assertion({
  kind: "nagios-plugin",
  name: "NagiosPluginAssert",
  summary: "A plugin of Nagios says OK; WARNING is a warning, UNKNOWN an error.",
  uses: ["commands"],
  fields: {
    command: command().required("The plugin and its arguments; no shell is involved."),
    env: ENVIRONMENT.optional(
      "Variables for it, as text or secret references, besides PATH, HOME, LANG and the like.",
    ),
  },
  timeoutSeconds: TIMEOUT_SECONDS,
  claim: (parameters) => `${shownCommand(parameters.command)} says OK`,
  subject: (parameters) => shownCommand(parameters.command),
  probe: async ({ command: words, env }, world: World, { signal }) => {
    const { variables, secrets } = await resolveEnvironment(env, world.secrets.resolve);
    const commands = await world.commands();
    const options = { signal, limitBytes: LIMIT_BYTES, env: variables };
    const { exitCode, exitSignal, stdout, stderr } = await commands.run(words, options);
    return { exitCode, exitSignal, stdout, stderr, secrets };
  },
  judge: ({ exitCode, exitSignal, stdout, stderr, secrets }) => {
    const redact = redactor(secrets);
    const { text, longText } = parseNagiosOutput(redact(stdout));
    // As they were measured: within a figure, what happens to be a secret too is none.
    const figures = parseNagiosOutput(stdout).figures.map((figure) => ({
      ...figure,
      label: redact(figure.label),
    }));
    const state = exitCode === null ? undefined : STATES.get(exitCode);
    const said = text === "" ? excerpt(redact(stderr)) : text;
    const { verdict, severity, name } = state ?? {
      verdict: "error",
      name: `${shownEnd(exitCode, exitSignal)}, which no plugin means`,
    };
    return {
      verdict,
      expected: "OK",
      actual: shownAnswer(name, said),
      ...(longText === "" ? {} : { details: longText }),
      ...(figures.length === 0 ? {} : { metrics: figureMetrics(figures) }),
      ...(severity === undefined ? {} : { severity }),
    };
  },
  samples: [
    {
      options: { command: ["check_ping", "-H", "db1", "-w", "5,1%", "-c", "9,5%"] },
      observation: {
        exitCode: 0,
        exitSignal: null,
        stdout: "PING OK - Packet loss = 0%, RTA = 0.80 ms|rta=0.8ms;5;9;0 pl=0%;1;5;0\n",
        stderr: "",
        secrets: [],
      },
      verdict: "pass",
    },
    {
      options: { command: ["check_load", "-w", "5", "-c", "10"] },
      observation: {
        exitCode: 2,
        exitSignal: null,
        stdout: "CRITICAL - load average: 12.10, 9.80, 6.20|load1=12.100;5.000;10.000;0;\n",
        stderr: "",
        secrets: [],
      },
      verdict: "fail",
    },
    {
      options: { command: ["check_http", "-H", "web1"] },
      observation: {
        exitCode: 3,
        exitSignal: null,
        stdout: "UNKNOWN - no such host\n",
        stderr: "",
        secrets: [],
      },
      verdict: "error",
    },
  ],
}) {}

function shownEnd(exitCode: number | null, exitSignal: string | null): string {
  return exitCode === null
    ? `ended by ${exitSignal ?? "a signal"}`
    : `exit code ${String(exitCode)}`;
}

// Most plugins say their state themselves.
function shownAnswer(state: string, said: string): string {
  if (said === "") return state;
  return new RegExp(`\\b${state}\\b`, "u").test(said) ? said : `${state}: ${said}`;
}
