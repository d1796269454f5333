# The portal for a server: web, worker and beat are the same image with another command (compose.yaml).
FROM python:3.13-slim-trixie

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --create-home --uid 10001 pvenet
WORKDIR /srv/pvenet

COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir --prefer-binary -c constraints.txt -r requirements.txt

COPY --chown=pvenet . .
RUN install -d -o pvenet var var/private
USER pvenet
# The settings want values; none of these is kept in the image or connected to.
RUN SECRET_KEY=build DATABASE_URL=postgres://build REDIS_URL=redis://build \
    sh -c "python manage.py prepare --only-messages && python manage.py collectstatic --no-input --verbosity 0"

EXPOSE 8000
CMD ["gunicorn", "pvenet.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--access-logfile", "-"]
