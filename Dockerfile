# Clockwork as an image: `docker build -t clockwork .`, then see examples/container/README.md.
# Another base: `--build-arg NODE_IMAGE=…`, with Node 24, npm, and a user `node`.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
# Node is there already: its package is for machines with an older one.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json rolldown.config.js ./
COPY scripts ./scripts
COPY src ./src
RUN node_modules/.bin/rolldown -c --logLevel silent \
 && chmod 0755 dist/cli/bin.js \
 && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
COPY --from=build /src/package.json /opt/clockwork/package.json
COPY --from=build /src/node_modules /opt/clockwork/node_modules
COPY --from=build /src/dist /opt/clockwork/dist
RUN ln -s /opt/clockwork/dist/cli/bin.js /usr/local/bin/clockwork
USER node
WORKDIR /project
EXPOSE 5000
# What comes first in a container must collect what others leave behind: run it with --init.
ENTRYPOINT ["clockwork"]
CMD ["up"]
