# Of its base this needs no more than Python 3.11 with venv; any such image will do as --build-arg BASE=...
ARG BASE=docker.io/airbyte/python-connector-base:4.0.2@sha256:9fdb1888c4264cf6fee473649ecb593f56f58e5d0096a87ee0b231777e2e3e73

# The locked dependencies: a layer that changes only with the lock.
FROM ${BASE} AS dependencies
USER root
COPY requirements/connector.txt /build/connector.txt
RUN python3 -m venv /opt/connector \
    && /opt/connector/bin/pip install --no-cache-dir --require-hashes --no-deps -r /build/connector.txt

# The connector's wheel. What builds it stays in this stage.
FROM ${BASE} AS wheel
USER root
WORKDIR /build
COPY requirements/build.txt ./
RUN python3 -m venv venv && venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r build.txt
COPY pyproject.toml README.md LICENSE manifest.yaml ./
COPY requirements/connector.cdx.json requirements/
COPY source_zendesk_support source_zendesk_support
RUN venv/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir wheels .

FROM ${BASE}
USER root
# Airbyte's base has this user already.
RUN id airbyte >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin airbyte
COPY --from=dependencies /opt/connector /opt/connector
RUN --mount=type=bind,from=wheel,source=/build/wheels,target=/wheels \
    /opt/connector/bin/pip install --no-cache-dir --no-index --no-deps /wheels/*.whl

WORKDIR /airbyte/integration_code
USER airbyte
LABEL io.airbyte.name="source-zendesk-support/source-zendesk-support" \
      io.airbyte.version="0.2.0" \
      org.opencontainers.image.title="source-zendesk-support" \
      org.opencontainers.image.description="Airbyte source connector for Zendesk" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.source="https://github.com/source-zendesk-support/source-zendesk-support"
# The kernel drops SIGTERM to process 1 as long as nobody listens. Blocked it waits for the program, which unblocks it.
ENV AIRBYTE_ENTRYPOINT="/usr/bin/env --block-signal=TERM,INT /opt/connector/bin/source-zendesk-support"
ENTRYPOINT ["/usr/bin/env", "--block-signal=TERM,INT", "/opt/connector/bin/source-zendesk-support"]
