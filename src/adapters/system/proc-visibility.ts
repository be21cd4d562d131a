/** Who looks. */
export interface Onlooker {
  /** The ids of all its groups. */
  readonly groups: readonly number[];
  /** `/proc/self/status`. */
  readonly status: string;
}

/** Hides processes whatever groups one is in. */
const ONLY_TRACEABLE = /^(?:4|ptraceable)$/u;
const OFF = /^(?:0|off)$/u;

/** The number of the capability to look into any process, CAP_SYS_PTRACE. */
const TRACE_BIT = 19n;

/**
 * Tells whether `/proc` hides the processes of others.
 *
 * @param mounts - `/proc/self/mountinfo`.
 * @param onlooker - Who looks.
 * @returns The option that it is mounted with, such as `hidepid=2`; null when nothing is hidden from this one.
 * @see The kernel's `Documentation/filesystems/proc.rst`, "Mount Options", and `has_pid_permissions` in its `fs/proc/base.c`.
 */
export function hidingOption(mounts: string, { groups, status }: Onlooker): string | null {
  const options = procOptions(mounts);
  const hidden = optionOf(options, "hidepid");
  if (hidden === null || OFF.test(hidden) || mayTrace(status)) return null;
  const group = Number(optionOf(options, "gid") ?? "0");
  if (!ONLY_TRACEABLE.test(hidden) && groups.includes(group)) return null;
  return `hidepid=${hidden}`;
}

// The last one mounted there is the one that is seen.
function procOptions(mounts: string): readonly string[] {
  const found = mounts.split("\n").findLast((line) => {
    const [mount = "", system = ""] = line.split(" - ");
    return mount.split(" ")[4] === "/proc" && system.startsWith("proc ");
  });
  return found?.split(" - ")[1]?.split(" ").slice(2).join(" ").split(",") ?? [];
}

function optionOf(options: readonly string[], name: string): string | null {
  const option = options.find((each) => each.startsWith(`${name}=`));
  return option?.slice(name.length + 1) ?? null;
}

function mayTrace(status: string): boolean {
  const mask = /^CapEff:\s*([0-9a-f]{1,32})$/mu.exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${mask}`) >> TRACE_BIT) & 1n) === 1n;
}
