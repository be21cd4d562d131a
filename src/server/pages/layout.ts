import { createHash } from "node:crypto";
import { markup, Html } from "./html.ts";

/** A page, and what a browser is told with it. */
export interface PageAnswer {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a page consists of. */
export interface PageParts {
  readonly title: string;
  readonly style: string;
  readonly body: Html;
  /** A browser asks again after so many seconds; null for never. */
  readonly againSeconds?: number | null;
}

/**
 * Puts a page together. It holds no script, takes nothing from elsewhere, and the browser is told to let it do neither.
 *
 * @param parts - What it consists of.
 * @returns The page.
 */
export function pageFrom({ title, style, body, againSeconds = null }: PageParts): PageAnswer {
  const again = new Html(
    againSeconds === null ? "" : `<meta http-equiv="refresh" content="${String(againSeconds)}">\n`,
  );
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${again}<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
${body}
</body>
</html>
`;
  return { text: page.text, headers: headersFor(style) };
}

function headersFor(style: string): PageAnswer["headers"] {
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
  };
}
