import type { Route } from "../api/route.ts";
import { ROUTES } from "../api/routes.ts";

const PARAMETER = /\{(\w+)\}/gu;
const SPECIAL = /[.*+?^${}()|[\]\\]/gu;

/**
 * Writes a path as the framework's router takes it.
 *
 * @param route - The path's.
 * @param basePath - Of the server.
 * @returns It, with parameters behind colons.
 */
export function routerPath({ path }: Pick<Route, "path">, basePath: string): string {
  return `${basePath}${path.replaceAll(PARAMETER, ":$1")}`;
}

/**
 * Makes what tells which methods a path takes, for those who come with another one.
 *
 * @param basePath - Of the server.
 * @returns Gives the methods for what is asked for, which may have a query; none for a path that does not exist.
 */
export function methodsByPath(basePath: string): (url: string) => readonly string[] {
  const patterns = Object.values(ROUTES).map(({ method, path }) => ({
    methods: method === "GET" ? ["GET", "HEAD"] : [method],
    pattern: patternOf(`${basePath}${path}`),
  }));
  return (url) => {
    const [path = ""] = url.split("?", 1);
    return patterns.flatMap(({ methods, pattern }) => (pattern.test(path) ? methods : []));
  };
}

function patternOf(path: string): RegExp {
  const parts = path.split(PARAMETER).map((part, place) =>
    // Every other part is the name of a parameter.
    place % 2 === 1 ? "[^/]+" : part.replaceAll(SPECIAL, String.raw`\$&`),
  );
  return new RegExp(`^${parts.join("").replace(/\/$/u, "")}/?$`, "u");
}
