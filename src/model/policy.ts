import { actionReference } from "./action-option.ts";
import { either, list, object } from "./composite-types.ts";
import type { JsonObject } from "./json.ts";
import { OptionType } from "./option-type.ts";
import { boolean, duration, integer, oneOf, resourceReference, text } from "./option-types.ts";
import { InvalidOption, type Fields, type ValuesOf } from "./options.ts";

/** What a dependency must have come to before what depends on it is started or checked. */
export const CONDITIONS = ["started", "healthy", "completed"] as const;

/** One of {@link CONDITIONS}. */
export type Condition = (typeof CONDITIONS)[number];

const dependency = either(
  resourceReference(),
  object({
    resource: resourceReference().required("What it depends on."),
    condition: oneOf(CONDITIONS).or("healthy", "What that must have come to."),
  }),
);

// What can be a name of a resource.
const resourceName = text({
  most: 63,
  like: /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u,
  label: "1 to 63 letters, digits, dots, underscores or hyphens, beginning with a letter or digit",
});

/** Options that every resource has: who it is, what it depends on, and how it is watched and kept. */
export const RESOURCE_FIELDS = {
  name: resourceName.optional("What people call it; unique in the project; its kind by default."),
  description: text({ most: 1_000 }).optional("What it is for."),
  dependsOn: list(dependency).or([], "Resources that it needs, or such with a condition."),
  group: text({ most: 63 }).optional("A group to show it in."),
  checkInterval: duration().optional("How often it is checked while it is watched."),
  timeout: duration().optional("How long each look may take, unless an assertion has its own."),
  failureThreshold: integer(1, 1_000).or(3, "Failures in a row that make it unhealthy."),
  recoveryThreshold: integer(1, 1_000).or(2, "Successes in a row that make it healthy again."),
  retryInterval: duration().optional("The interval while its health is being decided."),
  window: reachable(
    object({
      failures: integer(1, 1_000).required("So many failures make it unhealthy."),
      of: integer(1, 1_000).required("Among so many of the last results."),
    }),
  ).optional("Failures among the last results, instead of failures in a row."),
  retry: object({
    maxAttempts: integer(1, 100).required("Attempts in all."),
    delay: duration({ mayBeZero: true }).or(0.5, "The wait between two attempts."),
  }).optional("How often one look is repeated when no answer comes."),
  startupGrace: duration({ mayBeZero: true }).or(
    0,
    "How long after its start failures do not count.",
  ),
  reconcile: boolean().or(false, "Whether `up` repairs it."),
  onDrift: oneOf(["auto_correct", "alert", "ignore"]).optional(
    "What happens when it is no longer as declared: `auto_correct` when reconciling, else `alert`.",
  ),
  repair: either(boolean(), list(actionReference(), { most: 20 })).optional(
    "Actions that may be tried, or false.",
  ),
  maxDuration: duration().optional("When it is destroyed, counted from its creation."),
  alertOn: list(oneOf(["drift", "failure", "gave_up", "recovery"])).or(
    ["drift", "failure", "gave_up"],
    "What people are told of.",
  ),
  protect: boolean().or(false, "Whether it may never be destroyed."),
  adopt: boolean().or(false, "Whether one that exists already may be taken over."),
  renamedFrom: resourceName.optional("What it was called before."),
  ignoreDifferences: list(text({ most: 200 })).or([], "Fields whose drift does not count."),
} satisfies Fields;

/** The common options of a resource, as read. */
export type ResourceValues = ValuesOf<typeof RESOURCE_FIELDS>;

// A window that can never be reached would look like a threshold, and never be one.
function reachable<I, V extends JsonObject & { readonly failures: number; readonly of: number }>(
  type: OptionType<I, V>,
): OptionType<I, V> {
  return new OptionType(type.label, (value) => {
    const read = type.read(value);
    if (read.failures <= read.of) return read;
    const most = String(read.of);
    throw new InvalidOption(`must be at most ${most}, as \`of\` is: got ${String(read.failures)}`, {
      property: ".failures",
    });
  });
}
