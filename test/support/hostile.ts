import fc from "fast-check";

/** What people would never want to see again in a message, a plan or a report. */
export const CREDENTIALS = "us3r:s3cr3t/p@ss";
/** The end of {@link CREDENTIALS}, which may not be shown in part either. */
export const SECRET = "s3cr3t";

/** Anything that a program may hand over: every type of JavaScript, holes, instances, text that drives a terminal. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.anything(everything()) },
  fc.string({ unit: "binary" }),
  fc.constantFrom<unknown>(
    NaN,
    -0,
    Infinity,
    -1e308,
    1e308,
    5e-324,
    2 ** 53,
    "",
    "\0",
    "\u001b[31m",
    "\uD800",
    "__proto__",
    "constructor",
    "5s",
    "1e999",
    `https://${CREDENTIALS}@example.com/`,
    `postgres://${CREDENTIALS}@[`,
    `${"x".repeat(100)} //${CREDENTIALS}@host`,
    new URL("https://user:s3cr3t@example.com/"),
    /a(?<b>c)/giu,
    new Date(NaN),
    new Map([["a", 1]]),
    Symbol("s"),
    () => 1,
    Object.create(null),
    JSON.parse('{"__proto__": {"a": 1}}'),
    "(",
    "a".repeat(70_000),
  ),
  fc.string().map((source) => ({ source, flags: "gi" })),
  fc.string().map((secretEnv) => ({ secretEnv })),
  fc.string().map((name) => ({ name })),
);

function everything(): fc.ObjectConstraints {
  return {
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    maxDepth: 3,
  };
}
