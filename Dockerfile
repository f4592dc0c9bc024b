# One file, four images: web, recorder (also migrate, sync and dispatcher), grader-cpu, grader-gpu.
#   docker build --target web -t hazi-web .

FROM python:3.11-slim-bookworm AS build
# Packages are those of deploy/requirements-*.txt, file by file: `make pins` makes these lists and the digests above.
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/hazi/bin:$PATH
RUN python -m venv /opt/hazi
WORKDIR /src

# The libraries come before our own code, so that an edit of ours does not fetch them again.
FROM build AS build-server
COPY deploy/requirements-server.txt ./
RUN pip install --require-hashes -r requirements-server.txt
COPY . .
RUN pip install --no-deps --no-build-isolation .

FROM build AS build-grader-gpu
COPY deploy/requirements-grader-gpu.txt ./
RUN pip install --require-hashes -r requirements-grader-gpu.txt
COPY . .
RUN pip install --no-deps --no-build-isolation .

# PyTorch's default wheels carry CUDA, some 3 GB that a CPU grader never uses:
# --build-arg TORCH_WHEELS=<the index of PyTorch's CPU wheels> leaves it out. Those files are others than PyPI's, so
# this one package comes by its version alone, from that index alone.
FROM build AS build-grader-cpu
ARG TORCH_WHEELS=
COPY constraints.txt deploy/requirements-grader-cpu.txt deploy/requirements-grader-gpu.txt ./
RUN if [ -z "$TORCH_WHEELS" ]; then \
        pip install --require-hashes -r requirements-grader-gpu.txt; \
    else \
        pip install --require-hashes -r requirements-grader-cpu.txt \
        && pip install --no-deps --index-url "$TORCH_WHEELS" -c constraints.txt torch; \
    fi
COPY . .
RUN pip install --no-deps --no-build-isolation .

# --- what runs: no compiler, no pip cache, an account without rights -------------------------------

FROM python:3.11-slim-bookworm AS base
ENV PATH=/opt/hazi/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --uid 10001 --user-group --home-dir /srv/hazi --shell /usr/sbin/nologin hazi \
    && install -d -m 700 -o hazi -g hazi /srv/hazi /srv/hazi/store /srv/hazi/cache /srv/hazi/practice
WORKDIR /srv/hazi
USER 10001:10001

FROM base AS recorder
COPY --from=build-server /opt/hazi /opt/hazi
HEALTHCHECK --interval=60s --timeout=20s --start-period=30s CMD ["hazi-server", "check"]
CMD ["hazi-server", "recorder"]

FROM base AS web
USER root
# `hazi-server quiz-loadtest` starts a Redis of its own.
RUN apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/*
USER 10001:10001
COPY --from=build-server /opt/hazi /opt/hazi
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["hazi-server", "web"]

FROM base AS grader
USER root
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap && rm -rf /var/lib/apt/lists/*
# `python -m grader attack` finds the attack pack here.
COPY tests/attacks /srv/hazi/attacks
USER 10001:10001
# Not "is it alive" (Docker sees that) but "can it still build the walls": without them nothing is graded.
HEALTHCHECK --interval=60s --timeout=30s --start-period=30s CMD ["python", "-c", "from grader.sandbox.host import bubblewrap; bubblewrap()"]
CMD ["python", "-m", "grader", "work"]

FROM grader AS grader-gpu
ENV HAZI_GRADER_DEVICE=cuda
COPY --from=build-grader-gpu /opt/hazi /opt/hazi

FROM grader AS grader-cpu
ENV HAZI_GRADER_DEVICE=cpu
COPY --from=build-grader-cpu /opt/hazi /opt/hazi
