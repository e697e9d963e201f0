"""What goes wrong on the way to another server, as codes that hold no address and no name. Their sentences stand with who asks."""

import socket
import ssl

# The first that fits. Whoever speaks a protocol puts its own errors in front of these, for many of them are OSErrors too.
ON_THE_WIRE: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (socket.gaierror, "unknown_host"),
    (TimeoutError, "timeout"),
    (ConnectionRefusedError, "refused"),
    (OSError, "unreachable"),
)
