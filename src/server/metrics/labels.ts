/** What has a meaning of its own between the quotes of a label. */
const ESCAPED = /[\\"\n]/u;

const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Writes labels as the text format of Prometheus has them.
 *
 * @param labels - Their values by their names. Values may be any text; what UTF-8 cannot hold is written as its code.
 * @returns Labels without the braces around them: `project="shop",resource="web"`.
 */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",");
}

function escaped(value: string): string {
  const text = value.isWellFormed() ? value : value.replaceAll(LONE_SURROGATE, codeOf);
  if (!ESCAPED.test(text)) return text;
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function codeOf(surrogate: string): string {
  return `\\u${surrogate.charCodeAt(0).toString(16)}`;
}
