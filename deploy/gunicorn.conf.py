"""gunicorn on a web machine: `gunicorn -c deploy/gunicorn.conf.py config.wsgi`, behind nginx of the same machine."""

import os

bind = os.environ.get("GUISHU_BIND", "127.0.0.1:8001")
workers = int(os.environ.get("GUISHU_WORKERS", "2"))  # about one for each processor
worker_class = "gthread"
threads = 4
timeout = 60  # a worker that hangs is replaced; longer than any page takes, and than the database is waited for
graceful_timeout = 30  # what is under way when it is told to stop is finished
keepalive = 15  # nginx keeps its connections
worker_tmp_dir = "/dev/shm"  # noqa: S108 — the sign of life of a worker: on a disk that stalls it would be killed for nothing
control_socket_disable = True
accesslog = None  # nginx writes it
if os.environ.get("GUISHU_LOG") == "json":
    from config.logs import GUNICORN as logconfig_dict  # noqa: F401
