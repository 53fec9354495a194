# One image for web, worker, beat and release: they differ by command only.
#   docker build --tag autoblog .
# A pipeline passes the base image by digest, so that a build can be repeated:
#   --build-arg PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:...
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

# ---- build: may be large, stays behind ----------------------------------------------------------
FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
COPY requirements/production.txt requirements/
# The environment has no pip of its own: whoever gets into a container can't install anything.
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /venv \
    && pip --python /venv/bin/python install --require-hashes --only-binary=:all: \
        --requirement requirements/production.txt
COPY . .
# Compiled here, because the container's file system is read-only. Collecting static files touches
# no service; the settings only want to see that the variables are there.
RUN SECRET_KEY=build-only DATABASE_URL=postgres://none REDIS_URL=redis://none ALLOWED_HOSTS=none \
    SITE_URL=https://none OPENAI_API_KEY=none DJANGO_SETTINGS_MODULE=config.settings.production \
    /venv/bin/python manage.py collectstatic --noinput \
    && /venv/bin/python -m compileall -q /app /venv

# ---- run ----------------------------------------------------------------------------------------
FROM ${PYTHON_IMAGE} AS run
# The model's client trusts the certificates of the system.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin autoblog \
    && install --directory --owner=10001 --mode=0750 /srv/media
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
# Only /tmp is written to (and /srv/media where no bucket is named).
ENV PATH=/venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TMPDIR=/tmp \
    HEARTBEAT_DIR=/tmp/heartbeats
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 \
    CMD ["python", "manage.py", "healthcheck", "web"]
CMD ["python", "-m", "config.start", "web"]
