import js from "@eslint/js";
import jsdoc from "eslint-plugin-jsdoc";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Where the outside world may be touched. Everywhere else it arrives through a port. */
const WORLD = ["src/adapters/**", "src/app/**", "src/cli/**", "src/server/**", "**/*.test.ts"];

export default defineConfig(
  // The examples are projects of their own, with settings that suit their users.
  {
    ignores: [
      "dist/",
      "coverage/",
      "examples/monitored-service/",
      "examples/redis-replica/",
      "examples/deployed-site/",
      "examples/supervisord/",
      "examples/supervisord-up/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      // Nothing left hanging, nothing forgotten.
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
      ],
      "@typescript-eslint/return-await": ["error", "always"],
      "@typescript-eslint/promise-function-async": "off",
      "@typescript-eslint/strict-boolean-expressions": "error",
      "@typescript-eslint/no-unsafe-type-assertion": "error",
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/method-signature-style": ["error", "property"],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/require-await": "off",
      eqeqeq: "error",
      "no-console": "error",
      "no-param-reassign": ["error", { props: true }],

      // Small enough to hold in the head.
      "max-lines": ["warn", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["warn", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["warn", 4],
      "max-depth": ["warn", 3],
      complexity: ["warn", 10],

      // Names.
      "@typescript-eslint/naming-convention": [
        "error",
        { selector: "default", format: ["camelCase"], leadingUnderscore: "allow" },
        { selector: "import", format: null },
        { selector: "typeLike", format: ["PascalCase"] },
        {
          selector: "variable",
          modifiers: ["const", "global"],
          format: ["camelCase", "UPPER_CASE"],
        },
        {
          selector: ["objectLiteralProperty", "objectLiteralMethod", "typeProperty"],
          format: null,
        },
      ],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true } }],
    },
  },
  {
    // The engine decides; it never reaches out. A banned call names what to use instead.
    files: ["src/**/*.ts"],
    ignores: WORLD,
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "process", message: "Take configuration as a parameter." },
        { name: "fetch", message: "Use the transport port." },
        { name: "setTimeout", message: "Use Clock.sleep()." },
        { name: "setInterval", message: "Use Clock.sleep() in a loop." },
        { name: "performance", message: "Use Clock.elapsedMs()." },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Use Clock.now()." },
        { object: "Math", property: "random", message: "Use Random.next()." },
        { object: "crypto", property: "randomUUID", message: "Use Random.id()." },
      ],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "Use Clock.now().",
        },
        {
          selector: "ExportAllDeclaration",
          message: "Export by name, so that the surface is readable.",
        },
      ],
    },
  },
  {
    // Everything exported is documented: what, units, errors.
    files: ["src/**/*.ts"],
    ignores: ["**/*.test.ts"],
    plugins: { jsdoc },
    rules: {
      "jsdoc/require-jsdoc": [
        "error",
        {
          publicOnly: true,
          enableFixer: false,
          contexts: ["TSInterfaceDeclaration", "TSTypeAliasDeclaration", "VariableDeclaration"],
          require: { ClassDeclaration: true, FunctionDeclaration: true },
        },
      ],
      "jsdoc/require-description": "error",
      "jsdoc/require-param": ["error", { checkDestructured: false }],
      "jsdoc/require-param-description": "error",
      "jsdoc/require-returns": "error",
      "jsdoc/require-throws": "error",
      "jsdoc/check-param-names": ["error", { checkDestructured: false }],
      "jsdoc/no-types": "error",
      "jsdoc/require-hyphen-before-param-description": "error",
    },
    settings: { jsdoc: { mode: "typescript" } },
  },
  {
    files: ["**/*.test.ts", "**/*.config.{ts,js}", "*.js", ".*.js", "test/**", "bench/**"],
    rules: {
      "@typescript-eslint/no-unsafe-type-assertion": "off",
      "max-lines-per-function": "off",
      "no-restricted-exports": "off",
    },
  },
  {
    // An entry of the monitor is changed in place: there may be 100,000 of them.
    files: ["src/engine/watch/*.ts"],
    rules: {
      "no-param-reassign": ["error", { props: true, ignorePropertyModificationsFor: ["entry"] }],
    },
  },
  { files: ["**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
);
