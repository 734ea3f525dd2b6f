# One image for the web server, the workers, the scheduler and the migration; see docker-compose.yml.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements/base.txt requirements/base.txt
# Wheels only, each checked by its hash: no compiler is needed, in no stage.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --only-binary :all: -r requirements/base.txt
COPY . .
# Settings want to know servers, but collecting files opens no connection.
RUN DATABASE_URL=postgresql:///unused REDIS_URL=redis://unused STATIC_ROOT=/app/staticfiles \
    /opt/venv/bin/python manage.py collectstatic --no-input \
    && /opt/venv/bin/python -m compileall -q /app

FROM python:3.11.14-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ENVIRONMENT=production \
    DATA_DIR=/data \
    STATIC_ROOT=/app/staticfiles \
    WEB_BIND=0.0.0.0:8000
# A new named volume takes over owner and mode of the folder that it is mounted on.
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin app \
    && install -d -o app -g app -m 700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "deploy.healthcheck", "web"]
CMD ["python", "-m", "gunicorn", "-c", "deploy/gunicorn_config.py"]
