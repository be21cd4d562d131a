import type { NewFile } from "./new-files.ts";

/** What npm takes for the name of a package, apart from its length. */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9._-]*$/u;
const LIMIT_NAME_CHARACTERS = 214;
const DEFAULT_NAME = "health";

const MAIN = `import { DiskSpaceAssert, FileExistsAssert } from "clockwork/assertions";
import { HostResource } from "clockwork/resources";

// Whatever is declared here must exist, and what it asserts must be true: \`clockwork assert\` tells.
// A path that is relative is relative to this folder.

export const machine = new HostResource({
  name: "machine",
  description: "This machine",
  assertions: [
    new DiskSpaceAssert({ path: ".", minGbFree: 0.1 }),
    new FileExistsAssert({ path: "package.json" }),
  ],
});

// An HTTP service that somebody else runs. Import ServiceResource, HTTPStatusAssert and ResponseTimeAssert, or let
// \`clockwork add http://localhost:8080/\` write it:
//
// export const web = new ServiceResource({
//   name: "web",
//   url: "http://localhost:8080/",
//   assertions: [
//     new HTTPStatusAssert({ expectedStatus: 200 }),
//     new ResponseTimeAssert({ maxMs: 500 }),
//   ],
// });

// A container. Import DockerResource, ContainerRunningAssert and PortAccessibleAssert:
//
// export const nginx = new DockerResource({
//   name: "nginx",
//   image: "nginx:alpine",
//   ports: ["8080:80"],
//   assertions: [new ContainerRunningAssert(), new PortAccessibleAssert({ port: 8080 })],
// });
`;

const TSCONFIG = `{
  "compilerOptions": {
    // Where it runs: Node 24, which erases types and changes nothing else.
    "target": "es2024",
    "lib": ["es2024"],
    "module": "nodenext",
    "types": ["node"],
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true,
    "moduleDetection": "force",
    "noEmit": true,

    "strict": true,
    "skipLibCheck": true
  },
  "include": ["**/*.ts"]
}
`;

/**
 * The files of a small project that works at once.
 *
 * @param folderName - What its folder is called.
 * @param specifier - Where npm finds Clockwork: `file:../clockwork`.
 * @returns Names and texts; `main.ts` comes first.
 */
export function projectFiles(folderName: string, specifier: string): readonly NewFile[] {
  return [
    { name: "main.ts", text: MAIN },
    { name: "package.json", text: `${JSON.stringify(manifest(folderName, specifier), null, 2)}\n` },
    { name: "tsconfig.json", text: TSCONFIG },
    { name: ".gitignore", text: "node_modules/\n.clockwork/\n" },
  ];
}

function manifest(folderName: string, specifier: string): object {
  return {
    name: packageName(folderName),
    private: true,
    type: "module",
    scripts: {
      assert: "clockwork assert",
      watch: "clockwork assert --watch",
      types: "tsc",
    },
    devDependencies: {
      "@types/node": "^24.0.0",
      clockwork: specifier,
      typescript: "^6.0.0",
    },
  };
}

// A package that is called as one of those it depends on cannot be installed.
function packageName(folderName: string): string {
  const name = folderName
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/gu, "-")
    .replace(/^[._-]+|-+$/gu, "")
    .slice(0, LIMIT_NAME_CHARACTERS);
  const isTaken = ["clockwork", "typescript", "node_modules", "favicon.ico"].includes(name);
  return PACKAGE_NAME.test(name) && !isTaken ? name : DEFAULT_NAME;
}
