import {
  ContainerRunningAssert,
  HealthcheckAssert,
  PortAccessibleAssert,
  ResponseTimeAssert,
  TCPExpectAssert,
} from "clockwork/assertions";
import { DockerResource } from "clockwork/resources";

// Each of these may be set in the environment, where the defaults are taken.
const {
  REDIS_CONTAINER = "redis",
  REDIS_IMAGE = "redis:alpine",
  REDIS_PORT = "6379",
  NGINX_CONTAINER = "nginx",
  NGINX_IMAGE = "nginx:alpine",
  NGINX_PORT = "8080",
} = process.env;

const nginxUrl = `http://127.0.0.1:${NGINX_PORT}/`;

export const redis = new DockerResource({
  name: "redis",
  description: "Keeps the sessions",
  image: REDIS_IMAGE,
  containerName: REDIS_CONTAINER,
  ports: [`${REDIS_PORT}:6379`],
  assertions: [
    new ContainerRunningAssert(),
    new PortAccessibleAssert({ port: Number(REDIS_PORT) }),
    new TCPExpectAssert({ port: Number(REDIS_PORT), send: "PING\r\n", expect: "+PONG" }),
  ],
});

export const nginx = new DockerResource({
  name: "nginx",
  description: "Web server",
  image: NGINX_IMAGE,
  containerName: NGINX_CONTAINER,
  ports: [`${NGINX_PORT}:80`],
  assertions: [
    new ContainerRunningAssert(),
    new PortAccessibleAssert({ port: Number(NGINX_PORT) }),
    new HealthcheckAssert({ url: nginxUrl }),
    new ResponseTimeAssert({ url: nginxUrl, maxMs: 1_000 }),
  ],
});
