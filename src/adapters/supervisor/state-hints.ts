import { canonicalJson } from "../../model/json.ts";
import type { Target } from "../../model/target.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Hint, HintSource, HintSubscription, HintTarget } from "../../ports/hints.ts";
import type { Random } from "../../ports/random.ts";
import type { ProgramInfo, Supervisor, SupervisorAddress } from "../../ports/supervisor.ts";

/** What watching over programs takes. */
export interface StateHintOptions {
  readonly supervisor: Pick<Supervisor, "programs">;
  readonly clock: Clock;
  readonly random: Random;
  /** Says which supervisord a program is under; by default the one that its own configuration names. */
  readonly addressOf?: (target: Target) => SupervisorAddress;
}

/** Where supervisord's own configuration says. */
const CONFIGURED_SUPERVISOR: SupervisorAddress = {
  serverUrl: null,
  username: null,
  password: null,
};

const ROUND_MS = 1_000;
const ANSWER_WITHIN_MS = 5_000;
const LONGEST_DELAY_MS = 30_000;

/**
 * Hints when programs under supervisord change their state or their process: each supervisord that has a program to be watched
 * is asked for all of them once a second. One that cannot be asked is quietly tried again, more and more seldom.
 *
 * @param options - Whom to ask, time, chance.
 * @returns The source.
 */
export function stateHints(options: StateHintOptions): HintSource {
  return {
    watch: (targets, onHint) => {
      const watch = new SupervisorsWatch(options, onHint);
      watch.update(targets);
      return watch;
    },
  };
}

class SupervisorsWatch implements HintSubscription {
  readonly #options: StateHintOptions;
  readonly #onHint: (hint: Hint) => void;
  readonly #polls = new Map<string, ProgramPoll>();
  readonly #ending = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: StateHintOptions, onHint: (hint: Hint) => void) {
    this.#options = options;
    this.#onHint = onHint;
  }

  readonly update = (targets: readonly HintTarget[]): void => {
    if (this.#isClosed) return;
    const groups = groupsOf(targets, this.#options.addressOf ?? (() => CONFIGURED_SUPERVISOR));
    for (const [key, poll] of this.#polls) if (!groups.has(key)) this.#stop(key, poll);
    for (const [key, { address, programs }] of groups) {
      const poll =
        this.#polls.get(key) ?? new ProgramPoll(this.#options, { address, tell: this.#onHint });
      this.#polls.set(key, poll);
      poll.programs = programs;
    }
  };

  readonly [Symbol.asyncDispose] = async (): Promise<void> => {
    this.#isClosed = true;
    for (const [key, poll] of this.#polls) this.#stop(key, poll);
    await Promise.all(this.#ending);
  };

  #stop(key: string, poll: ProgramPoll): void {
    this.#polls.delete(key);
    const ending = poll[Symbol.asyncDispose]().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

/** Resources by the short names of their programs. */
type Programs = ReadonlyMap<string, readonly string[]>;

interface Group {
  readonly address: SupervisorAddress;
  readonly programs: Map<string, readonly string[]>;
}

function groupsOf(
  targets: readonly HintTarget[],
  addressOf: (target: Target) => SupervisorAddress,
): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const { target } of targets) {
    if (target.program === null) continue;
    const { serverUrl, username, password } = addressOf(target);
    const address = { serverUrl, username, password };
    const key = canonicalJson(address);
    const group = groups.get(key) ?? { address, programs: new Map<string, readonly string[]>() };
    groups.set(key, group);
    const name = shortName(target.program);
    group.programs.set(name, [...(group.programs.get(name) ?? []), target.resource]);
  }
  return groups;
}

class ProgramPoll implements AsyncDisposable {
  programs: Programs = new Map();
  readonly #options: StateHintOptions;
  readonly #address: SupervisorAddress;
  readonly #tell: (hint: Hint) => void;
  readonly #controller = new AbortController();
  readonly #ended: Promise<void>;
  // What supervisord told last; null before it has told anything.
  #known: ReadonlyMap<string, ProgramInfo> | null = null;

  constructor(
    options: StateHintOptions,
    { address, tell }: { address: SupervisorAddress; tell: (hint: Hint) => void },
  ) {
    this.#options = options;
    this.#address = address;
    this.#tell = tell;
    this.#ended = this.#run(this.#controller.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort();
    await this.#ended;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    let failures = 0;
    for (;;) {
      const startedMs = clock.elapsedMs();
      const programs = await this.#list(signal).catch(() => null);
      if (signal.aborted) return;
      failures = programs === null ? failures + 1 : 0;
      if (programs !== null) this.#compare(programs);
      const boundMs = Math.min(LONGEST_DELAY_MS, ROUND_MS * 2 ** Math.min(failures, 10));
      const tookMs = clock.elapsedMs() - startedMs;
      const delayMs = failures === 0 ? ROUND_MS - tookMs : (boundMs / 2) * (1 + random.next());
      await clock.sleep(Math.max(0, delayMs), signal).catch(() => undefined);
    }
  }

  async #list(signal: AbortSignal): Promise<readonly ProgramInfo[]> {
    signal.throwIfAborted();
    const { clock, supervisor } = this.#options;
    const late = new AbortController();
    const cancel = clock.after(ANSWER_WITHIN_MS, () => {
      late.abort();
    });
    try {
      return await supervisor.programs(this.#address, AbortSignal.any([signal, late.signal]));
    } finally {
      cancel();
    }
  }

  #compare(programs: readonly ProgramInfo[]): void {
    const before = this.#known;
    const now = new Map(programs.map((program) => [shortName(program.name), program]));
    this.#known = now;
    if (before === null) return;
    for (const [name, resources] of this.programs) {
      const reason = differenceOf(before.get(name), now.get(name));
      if (reason === null) continue;
      for (const resource of resources) this.#tell({ resource, reason });
    }
  }
}

function differenceOf(
  before: ProgramInfo | undefined,
  now: ProgramInfo | undefined,
): string | null {
  if (now === undefined) return before === undefined ? null : "program is not there any more";
  if (before?.state !== now.state) return `program is ${now.state}`;
  return before.pid === now.pid ? null : `program runs as process ${String(now.pid)}`;
}

// A program whose group has its name goes by either form.
function shortName(name: string): string {
  const [group, program, ...rest] = name.split(":");
  return group === program && rest.length === 0 ? (group ?? "") : name;
}
