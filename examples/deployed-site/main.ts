import { HealthcheckAssert, HTTPBodyAssert, PortAccessibleAssert } from "clockwork/assertions";
import { DirectoryResource, ProcessResource, TemplateFileResource } from "clockwork/resources";

// Each of these may be set in the environment, where the defaults are taken.
const { SITE_PORT = "8088", SITE_GREETING = "Hello from Clockwork" } = process.env;
const url = `http://127.0.0.1:${SITE_PORT}`;

const folder = new DirectoryResource({ name: "folder", path: "site", mode: "0755" });

const config = new TemplateFileResource({
  name: "config",
  description: "What the site is told when it starts",
  path: "site/config.json",
  template: '{ "port": {{ port }}, "greeting": "{{ greeting }}" }\n',
  variables: { port: Number(SITE_PORT), greeting: SITE_GREETING },
  dependsOn: [folder],
});

export const site = new ProcessResource({
  name: "site",
  description: "The site itself; it goes on when Clockwork has ended",
  command: ["node", "server.js"],
  // It reads its configuration once: with another one, it is another process.
  envVars: { SITE_PORT, SITE_GREETING },
  stopGrace: 5,
  dependsOn: [config],
  assertions: [
    new PortAccessibleAssert({ port: Number(SITE_PORT) }),
    new HealthcheckAssert({ url: `${url}/health` }),
    new HTTPBodyAssert({ url: `${url}/`, contains: SITE_GREETING }),
  ],
});
