# docker build -t rollcall . && docker run -p 8080:8080 -v rollcall:/data rollcall
# The key file of the database is /data/rollcall.key.
FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:24.21.0-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
ENV ROLLCALL_HOST=0.0.0.0 ROLLCALL_DATABASE=/data/rollcall.db ROLLCALL_SECRET_KEY_FILE=/data/rollcall.key
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/assets assets
COPY --from=build /build/bin bin
COPY --from=build /build/dist dist
COPY --from=build /build/migrations migrations
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/rollcall.js"]
CMD ["serve"]
