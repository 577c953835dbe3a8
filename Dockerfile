# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS node

FROM rust:1.95-bookworm AS build
# The editor's script is bundled with npm.
COPY --from=node /usr/local/bin /usr/local/bin
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN apt-get update && apt-get install -y --no-install-recommends binaryen && rm -rf /var/lib/apt/lists/*
WORKDIR /ferry
COPY . .
RUN cargo xtask build --release

FROM debian:bookworm-slim AS run
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/ferry --create-home ferry
COPY --from=build /ferry/target/release/ferry /usr/local/bin/ferry
COPY --from=build /ferry/target/release/site /usr/local/bin/site
USER ferry
ENV FERRY_DATA_DIR=/var/lib/ferry
VOLUME /var/lib/ferry
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["ferry", "health", "--address", "127.0.0.1:3000"]
ENTRYPOINT ["ferry"]
CMD ["serve", "--listen", "0.0.0.0:3000"]
